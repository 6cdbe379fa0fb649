-- Attempts to pay and money given back. A row is written before the provider is asked; of an order's attempts at most
-- one is under way or approved, so nobody pays twice.

create table payments (
    id uuid primary key,
    order_id uuid not null references orders (id),
    provider text not null,
    -- The provider's name for it.
    reference text,
    state text not null default 'started',
    amount numeric(12, 2) not null,
    created_at timestamptz not null,
    settled_at timestamptz,
    constraint payments_state_known check (state in ('started', 'approved', 'declined')),
    constraint payments_reference_once unique (provider, reference)
);

create unique index payments_one_open on payments (order_id) where state in ('started', 'approved');
create index payments_by_order on payments (order_id, created_at);

create table refunds (
    id uuid primary key,
    payment_id uuid not null references payments (id),
    amount numeric(12, 2) not null,
    state text not null default 'opened',
    created_at timestamptz not null,
    constraint refunds_state_known check (state in ('opened', 'done', 'failed')),
    -- Full refunds only, for now.
    constraint refunds_one_per_payment unique (payment_id)
);
