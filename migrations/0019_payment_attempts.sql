-- Attempts to pay whose end nobody wrote down, because a process died: they are found by this index, and the provider is
-- asked what came of them.

create index payments_started on payments (created_at) where state = 'started';

-- What the sandbox answered, as a provider of its own keeps it: the first answer to a payment holds, whoever asks and
-- whatever died meanwhile. It refers to nothing of the shop's, and none of the shop's transactions writes it.
create table sandbox_charges (
    payment_id uuid primary key,
    outcome text not null,
    created_at timestamptz not null default now(),
    constraint sandbox_charges_outcome_known check (outcome in ('approved', 'declined'))
);

-- A change of stock takes a key as well, and makes no order.
alter table idempotency_keys alter column order_id drop not null;
