-- The back office lists products, for sale or not, by name and by price. Made in a transaction: while they are, which is a
-- fraction of a second for a hundred thousand products, staff who save one wait. Orders and carts do not: they only read them.
create index if not exists products_by_name_all on products (lower(name), id);
create index if not exists products_by_price_all on products (min_price, id);
