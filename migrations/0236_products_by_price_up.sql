-- no-transaction
-- The same by price, up and (backwards) down. `product_cards()` tells prices without their scale, and so does the index, or it
-- would not be taken for their order. One statement: it has no transaction.
create index concurrently if not exists products_by_price_up on products ((min_price::numeric), position, id)
    where status = 'active';
