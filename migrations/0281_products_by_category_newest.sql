-- no-transaction
-- A category is listed by the first of each category below it, read along an index of it. On the way through the products of all
-- categories those of one may come last: by price, a category of dear things stood behind everything. One statement: it has no
-- transaction.
create index concurrently if not exists products_by_category_newest on products (category, created_at, (-position::bigint), id)
    where status = 'active';
