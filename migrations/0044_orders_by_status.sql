-- no-transaction
-- The back office lists orders by status, the newest first. One statement: it has no transaction.
create index concurrently if not exists orders_by_status on orders (status, number desc);
