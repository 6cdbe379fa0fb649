-- no-transaction
-- The same within each category: how many of them are rated so well is counted so far, and where few are, nobody looks at the rest.
-- One statement: it has no transaction.
create index concurrently if not exists products_by_category_rating on products (category, rated) where status = 'active';
