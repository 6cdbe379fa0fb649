-- no-transaction
-- The back office lists orders by what they come to, the highest first. One statement: it has no transaction.
create index concurrently if not exists orders_by_total on orders (total, number);
