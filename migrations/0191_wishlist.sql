-- What somebody with an account wants to find again.

create table wishlist_items (
    user_id uuid not null references users (id) on delete cascade,
    product_id uuid not null references products (id) on delete cascade,
    added_at timestamptz not null,
    -- Each product once.
    constraint wishlist_items_pkey primary key (user_id, product_id)
);

create index wishlist_items_by_product on wishlist_items (product_id);
