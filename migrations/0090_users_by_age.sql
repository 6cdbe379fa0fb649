-- no-transaction
-- The back office lists customers, the newest first. One statement: it has no transaction.
create index concurrently if not exists users_by_age on users (created_at desc, id desc);
