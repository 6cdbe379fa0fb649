-- Refunds are carried out, and there may be several to a payment, each of it whole or in part. The release before opens
-- one, of the whole, unless there is one: it goes on to find `refunds_one_per_payment` in its way as soon as there is any.

alter table payments
    -- The sum of its refunds that did not fail.
    add column refunded numeric(14, 3) not null default 0;
alter table refunds
    -- Why, in words of the staff's. Null: its order was cancelled, or its payment came too late.
    add column reason text,
    -- The provider's name for it.
    add column reference text,
    add column attempts integer not null default 0,
    -- When the provider is asked next. Null: as soon as can be.
    add column due_at timestamptz,
    add column settled_at timestamptz,
    -- Of its payment.
    add column is_first boolean not null default true;
alter table refunds drop constraint refunds_one_per_payment;
alter table refunds add constraint refunds_one_per_payment exclude using btree (payment_id with =) where (is_first);
alter table refunds add constraint refunds_amount_not_negative check (amount >= 0) not valid;

update payments p set refunded = r.amount from refunds r where r.payment_id = p.id and r.state <> 'failed';
-- The last line: no more is given back than came in. The release before opens refunds without writing it, so whoever opens
-- one sums them up anew.
alter table payments add constraint payments_refunded_within_amount check (refunded >= 0 and refunded <= amount) not valid;

create index refunds_due on refunds (due_at nulls first) where state = 'opened';
create index refunds_by_payment on refunds (payment_id, created_at);

-- What a refund gives back of which line; empty where it is an amount.
create table refund_items (
    refund_id uuid not null references refunds (id),
    position integer not null,
    -- Null: shipping.
    order_item_id uuid references order_items (id),
    quantity integer not null,
    price numeric(14, 3) not null,
    discount numeric(14, 3) not null,
    tax numeric(14, 3) not null,
    amount numeric(14, 3) not null,
    -- So many had not left and never will.
    withdrawn integer not null default 0,
    primary key (refund_id, position),
    constraint refund_items_quantity_positive check (quantity > 0),
    constraint refund_items_withdrawn_of_quantity check (withdrawn >= 0 and withdrawn <= quantity),
    constraint refund_items_amounts_not_negative check (price >= 0 and discount >= 0 and tax >= 0 and amount >= 0)
);

create index refund_items_by_line on refund_items (order_item_id);

-- What came back into stock for a refund or a return: `cause_id` is its id, and `order_id` is null, for an order has one
-- movement of each cause and may have many of these.
alter table stock_movements add column cause_id uuid;
alter table stock_movements drop constraint stock_movements_cause_known;
alter table stock_movements add constraint stock_movements_cause_known
    check (cause in ('initial', 'correction', 'reserve', 'release', 'adjustment', 'count', 'restock')) not valid;

comment on column stock_movements.cause is 'initial, reserve, release, adjustment, count, restock; once: correction';

-- What the sandbox has given back, as a provider of its own keeps it.
create table sandbox_refunds (
    refund_id uuid primary key,
    payment_id uuid not null,
    amount numeric(14, 3) not null,
    outcome text not null,
    created_at timestamptz not null default now(),
    constraint sandbox_refunds_outcome_known check (outcome in ('done', 'refused'))
);
