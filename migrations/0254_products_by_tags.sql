-- no-transaction
-- Listings are narrowed by tags. One statement: it has no transaction.
create index concurrently if not exists products_by_tags on products using gin (tags) where status = 'active';
