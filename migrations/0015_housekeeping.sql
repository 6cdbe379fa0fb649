-- What housekeeping needs: it removes kept answers by their age, and takes addresses and words out of old mail.

create index idempotency_keys_by_age on idempotency_keys (created_at);

alter table email_messages add column stripped_at timestamptz;
comment on column email_messages.stripped_at is 'when recipient, subject and body were taken out; null: they are there';
