-- no-transaction
-- The first page of the back office adds up what was sold in so many days. One statement: it has no transaction.
create index concurrently if not exists orders_sold_by_age on orders (created_at, id)
    where status in ('paid', 'shipped', 'completed');
