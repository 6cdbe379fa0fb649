-- no-transaction
-- The same of which options stand together in a variant (0280). One statement: it has no transaction.
create index concurrently if not exists products_by_facet_pairs_of_some on products using gin (facet_pairs)
    with (gin_pending_list_limit = 256) where status = 'active' and right(id::text, 1) = '0';
