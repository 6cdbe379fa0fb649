-- no-transaction
-- The back office counts and lists orders with a return to be answered. One statement: it has no transaction.
create index concurrently if not exists returns_asked on returns (order_id) where state = 'requested';
