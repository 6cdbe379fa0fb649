-- no-transaction
-- By itself: no page waits for it. One statement: it has no transaction.
create index concurrently if not exists products_by_facets on products using gin (facets) where status = 'active';
