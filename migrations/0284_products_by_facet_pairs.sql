-- no-transaction
-- By itself: no page waits for it. One statement: it has no transaction.
create index concurrently if not exists products_by_facet_pairs on products using gin (facet_pairs) where status = 'active';
