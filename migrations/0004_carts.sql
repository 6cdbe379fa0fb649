-- Carts, a guest's too: never in the session record, which concurrent requests overwrite.

create table carts (
    id uuid primary key,
    -- Null for a guest; a customer has one cart.
    user_id uuid references users (id) on delete cascade,
    -- Given in the checkout under way.
    shipping_address jsonb,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint carts_one_per_user unique (user_id)
);

create index carts_stale_guests on carts (updated_at) where user_id is null;

create table cart_items (
    id uuid primary key,
    cart_id uuid not null references carts (id) on delete cascade,
    product_id uuid not null references products (id),
    variant_id uuid not null references product_variants (id),
    quantity integer not null,
    -- The price when it was put in: a cart tells when it has changed.
    price numeric(12, 2) not null,
    position bigint generated always as identity,
    constraint cart_items_one_per_variant unique (cart_id, variant_id),
    constraint cart_items_quantity_range check (quantity between 1 and 99)
);
