-- no-transaction
-- The back office counts and lists refunds that failed. One statement: it has no transaction.
create index concurrently if not exists refunds_failed on refunds (payment_id) where state = 'failed';
