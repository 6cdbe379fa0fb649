-- no-transaction
-- A guest who signs in takes along what they ordered from their cart. One statement: it has no transaction.
create index concurrently if not exists orders_by_cart on orders (cart_id) where user_id is null;
