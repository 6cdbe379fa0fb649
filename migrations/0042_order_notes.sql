-- What staff note about an order; no customer reads it.

create table order_notes (
    id uuid primary key,
    order_id uuid not null references orders (id),
    -- Who. No reference: people go, their notes stay.
    user_id uuid not null,
    text text not null,
    created_at timestamptz not null
);

create index order_notes_by_order on order_notes (order_id, created_at);

-- The order, or whatever else the event was about that is a mail's cause: events go after a week, mail stays.
alter table email_messages add column about uuid;
