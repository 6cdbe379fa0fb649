-- no-transaction
-- The back office counts and lists refunds that staff give back themselves. One statement: it has no transaction.
create index concurrently if not exists refunds_opened on refunds (payment_id) where state = 'opened';
