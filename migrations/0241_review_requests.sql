-- The letter that asks whoever bought something what they think of it: one for each order, and none to an address that does not
-- want to be asked.

create table review_requests (
    order_id uuid primary key references orders (id),
    asked_at timestamptz not null
);

create table review_refusals (
    email citext primary key,
    refused_at timestamptz not null
);
