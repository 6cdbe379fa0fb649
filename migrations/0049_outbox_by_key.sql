-- no-transaction
-- The back office shows what an order caused, and who has handled it. One statement: it has no transaction.
create index concurrently if not exists outbox_by_key on outbox (key, position);
