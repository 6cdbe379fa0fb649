-- no-transaction
-- The back office shows an order with its mail. One statement: it has no transaction.
create index concurrently if not exists email_messages_about on email_messages (about) where about is not null;
