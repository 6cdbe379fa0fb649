-- no-transaction
-- The same by price, up and (backwards) down. Without its scale, as in 0236. One statement: it has no transaction.
create index concurrently if not exists products_by_category_price on products (category, (min_price::numeric), position, id)
    where status = 'active';
