-- no-transaction
-- Whoever is made nobody is found by their mail, too, wherever it went. One statement: it has no transaction.
create index concurrently if not exists email_messages_by_user on email_messages (user_id) where user_id is not null;
