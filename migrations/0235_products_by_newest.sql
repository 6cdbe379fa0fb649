-- no-transaction
-- Listings go on behind a product's key: when it came, its place on the shelf, its id, all one way, so that one comparison of
-- rows finds it. Read backwards, what came last comes first. `products_newest` is the release before's. One statement: it has no
-- transaction.
create index concurrently if not exists products_by_newest on products (created_at, (-position::bigint), id)
    where status = 'active';
