-- What products were called in addresses before: whoever asks for one of these is led to where the product is now. No other
-- product is given one of them; where a release that knows nothing of it has, that product goes first.

create table product_addresses (
    slug text primary key,
    product_id uuid not null references products (id) on delete cascade,
    changed_at timestamptz not null
);

create index product_addresses_by_product on product_addresses (product_id);
