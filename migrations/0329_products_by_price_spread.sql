-- no-transaction
-- How far the variants of one product are apart in price, the farthest last: what costs so much in some variant costs no less than that
-- below it in its cheapest. So whoever asks from a price upwards, the cheapest first, is not led past all that is cheaper. The
-- expression stands in `postgres/catalog/priced.rs` to the letter. One statement: it has no transaction.
create index concurrently if not exists products_by_price_spread on products ((max_price - min_price)) where status = 'active';
