-- no-transaction
-- The back office adds up what was sold in a time. One statement: it has no transaction.
create index concurrently if not exists orders_by_age on orders (created_at) include (status, total);
