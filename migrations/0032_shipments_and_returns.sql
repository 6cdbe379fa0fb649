-- Parcels, what came back of them, and refunds that take over from one that failed.

create table shipments (
    id uuid primary key,
    order_id uuid not null references orders (id),
    -- A code that the shop knows, or a name. Null: nobody said.
    carrier text,
    tracking_number text,
    created_at timestamptz not null
);

create index shipments_by_order on shipments (order_id, created_at);

create table shipment_items (
    shipment_id uuid not null references shipments (id),
    order_item_id uuid not null references order_items (id),
    quantity integer not null,
    primary key (shipment_id, order_item_id),
    constraint shipment_items_quantity_positive check (quantity > 0)
);

create index shipment_items_by_line on shipment_items (order_item_id);

create table returns (
    id uuid primary key,
    order_id uuid not null references orders (id),
    state text not null default 'requested',
    -- The customer's words.
    reason text not null,
    -- The staff's.
    answer text,
    -- What was given back for it.
    refund_id uuid references refunds (id),
    created_at timestamptz not null,
    answered_at timestamptz,
    received_at timestamptz,
    constraint returns_state_known check (state in ('requested', 'approved', 'refused', 'received'))
);

create index returns_by_order on returns (order_id, created_at);

create table return_items (
    return_id uuid not null references returns (id),
    order_item_id uuid not null references order_items (id),
    quantity integer not null,
    primary key (return_id, order_item_id),
    constraint return_items_quantity_positive check (quantity > 0)
);

create index return_items_by_line on return_items (order_item_id);

-- So many had been withdrawn by a refund that failed.
alter table refund_items add column retaken integer not null default 0;
alter table refund_items add constraint refund_items_retaken_not_negative check (retaken >= 0) not valid;
