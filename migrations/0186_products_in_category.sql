-- no-transaction
-- The back office counts and lists what stands in a category, for sale or not; `products_by_category` knows what is for sale.
-- One statement: it has no transaction.
create index concurrently if not exists products_in_category on products (category, id);
