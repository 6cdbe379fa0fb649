-- no-transaction
-- A shop that is old has much mail, so the index is built beside its use. One statement: it has no transaction.
create index concurrently if not exists email_messages_by_age on email_messages (created_at)
    where stripped_at is null and state in ('accepted', 'refused', 'uncertain');
