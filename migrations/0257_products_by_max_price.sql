-- no-transaction
-- Listings from a price upwards ask for the highest price of a product: where few are so dear, they are looked up. Without its scale,
-- as in 0236. One statement: it has no transaction.
create index concurrently if not exists products_by_max_price on products ((max_price::numeric)) where status = 'active';
