-- no-transaction
-- The back office counts and lists mail that was not sent. One statement: it has no transaction.
create index concurrently if not exists email_messages_unsent on email_messages (id) where state <> 'accepted';
