-- Orders keep what was true at checkout: names, prices, address and e-mail are copied, not joined.

create sequence order_numbers start 1001;

create table orders (
    id uuid primary key,
    -- What people read. Numbers may have gaps; they say nothing about how many there are.
    number bigint not null default nextval('order_numbers'),
    -- Null for a guest's order.
    user_id uuid references users (id),
    email text not null,
    status text not null default 'pending',
    -- What the inventory said last, as the orders consumer heard it.
    reservation text not null default 'pending',
    cancel_reason text,
    currency text not null,
    total numeric(12, 2) not null,
    -- Null: collected at the shop.
    shipping_address jsonb,
    created_at timestamptz not null,
    -- When it is given up if nobody has paid.
    expires_at timestamptz not null,
    updated_at timestamptz not null,
    constraint orders_number_unique unique (number),
    constraint orders_status_known check (status in ('pending', 'paid', 'shipped', 'completed', 'cancelled')),
    constraint orders_reservation_known
        check (reservation in ('pending', 'reserved', 'rejected', 'released', 'claimed')),
    constraint orders_total_not_negative check (total >= 0),
    constraint orders_cancelled_for_a_reason check ((status = 'cancelled') = (cancel_reason is not null))
);

create index orders_by_user on orders (user_id, created_at desc);
create index orders_unpaid on orders (expires_at) where status = 'pending';

create table order_items (
    id uuid primary key,
    order_id uuid not null references orders (id),
    product_id uuid not null references products (id),
    variant_id uuid not null references product_variants (id),
    position integer not null,
    name text not null,
    options text[] not null,
    sku text not null,
    quantity integer not null,
    price numeric(12, 2) not null,
    line_total numeric(12, 2) not null,
    constraint order_items_quantity_range check (quantity >= 1)
);

create index order_items_by_order on order_items (order_id, position);

-- The order's history, as its timeline shows it.
create table order_events (
    id bigint generated always as identity primary key,
    order_id uuid not null references orders (id),
    kind text not null,
    at timestamptz not null
);

create index order_events_by_order on order_events (order_id, id);

-- The promise to an order: its row is there as soon as the inventory has heard of it, be it by a cancel that came before
-- its create (a tombstone without lines).
create table reservations (
    order_id uuid primary key references orders (id),
    state text not null default 'pending',
    decided_at timestamptz,
    constraint reservations_state_known check (state in ('pending', 'reserved', 'rejected', 'released', 'claimed'))
);

create table stock_reservations (
    order_id uuid not null references reservations (order_id),
    variant_id uuid not null references product_variants (id),
    quantity integer not null,
    state text not null,
    primary key (order_id, variant_id),
    constraint stock_reservations_quantity_positive check (quantity > 0),
    constraint stock_reservations_state_known check (state in ('reserved', 'released', 'claimed'))
);

-- The key of a form or call that makes an order. Taken first in the order's own transaction, so the second click waits
-- for the first and gets its order.
create table idempotency_keys (
    user_id uuid not null references users (id) on delete cascade,
    key text not null,
    -- sha256 of what was asked for: the same key with another request is refused.
    request bytea not null,
    order_id uuid not null,
    created_at timestamptz not null,
    primary key (user_id, key)
);
