-- no-transaction
-- The back office finds customers by a part of the address or the name. One statement: it has no transaction.
create index concurrently if not exists users_search on users using gin (lower(email::text || ' ' || name) gin_trgm_ops);
