-- no-transaction
-- The back office shows a customer with their mail. One statement: it has no transaction.
create index concurrently if not exists email_messages_by_recipient on email_messages (lower(recipient), created_at);
