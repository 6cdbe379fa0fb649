-- no-transaction
-- A category from a price upwards. By its highest price alone (0257) half of all products are named, by its category alone all of
-- that. Without its scale, as in 0236. With what a count asks besides: so far as their pages have been tidied up, products are counted
-- by it alone, and a thousand of them are not looked up. One statement: it has no transaction.
create index concurrently if not exists products_by_category_max_price on products (category, (max_price::numeric))
    include (max_price, min_price, id) where status = 'active';
