-- no-transaction
-- Of a product without a category nothing is told: null is not in it. One statement: it has no transaction.
create index concurrently if not exists products_by_category_facets on products using gin (facets_in_category(category, facets))
    with (gin_pending_list_limit = 256) where status = 'active';
