-- no-transaction
-- Made once the options are there. One statement: it has no transaction.
create index concurrently if not exists product_variants_by_facets on product_variants using gin (facets)
    where retired_at is null;
