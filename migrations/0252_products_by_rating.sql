-- no-transaction
-- As 0237, by how products are rated: by the average as it is shown, and among those of the same by how many gave it. By itself: no
-- page waits for it. One statement: it has no transaction.
create index concurrently if not exists products_by_rating on products (rated, (-position::bigint), id) where status = 'active';
