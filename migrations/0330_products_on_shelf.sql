-- no-transaction
-- What stands beside a product: the next of its category that are for sale, in the order of the shelf. `products_by_category` knows no
-- order among those of one position, and not whether a variant is for sale, so where many share a position all of them were read and
-- sorted for each look at one. The release before asks for those by it. One statement: it has no transaction.
create index concurrently if not exists products_on_shelf on products (category, position, id) where status = 'active' and choices > 0;
