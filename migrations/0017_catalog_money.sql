-- Prices have room for three decimals (dinars), and the currency that the catalogue's prices are in is written down, so
-- that a shop does not start with another one and call its dollars euros.
--
-- The release before reads and writes these columns as it did: it rounds what it reads to two places.

-- A column that a trigger names cannot change its type.
drop trigger products_follow_prices on product_variants;

alter table products
    alter column min_price type numeric(14, 3),
    alter column max_price type numeric(14, 3),
    alter column compare_at_price type numeric(14, 3);
alter table product_variants
    alter column price type numeric(14, 3),
    alter column compare_at_price type numeric(14, 3);

create trigger products_follow_prices after insert or update of price, compare_at_price on product_variants
    for each row execute function products_follow_prices();

create table catalogue_currency (
    only_row boolean primary key default true,
    -- ISO 4217.
    currency text not null,
    constraint catalogue_currency_one_row check (only_row)
);

-- What was last sold tells what the prices are in; where nothing was sold yet, the next start writes it down.
insert into catalogue_currency (currency) select currency from orders order by created_at desc limit 1;
