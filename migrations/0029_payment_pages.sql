-- Paying on a provider's own page: an attempt knows where its shopper was sent, when the provider was asked about it, and,
-- of money that came and pays nothing, why it does not.

alter table payments
    -- The provider's name for its page, and the page.
    add column checkout_id text,
    add column checkout_url text,
    -- What came in is in this currency; null: the order's.
    add column currency text,
    add column flaw text,
    -- How often the provider was asked about it, and when last.
    add column looks integer not null default 0,
    add column looked_at timestamptz,
    add constraint payments_flaw_known check (flaw in ('amount', 'late', 'second')),
    add constraint payments_flaw_of_money check (flaw is null or state = 'approved');

comment on column payments.amount is 'what was asked for, and once approved what came in';

-- Of an order's attempts one at most is under way, and one at most pays it. What else comes in is kept beside them.
create unique index payments_one_started on payments (order_id) where state = 'started';
create unique index payments_one_paying on payments (order_id) where state = 'approved' and flaw is null;
drop index payments_one_open;

-- The sandbox is a provider with a page of its own; like its answers, what it keeps refers to nothing of the shop's.
alter table sandbox_charges
    drop constraint sandbox_charges_outcome_known,
    add constraint sandbox_charges_outcome_known check (outcome in ('approved', 'declined', 'expired'));

create table sandbox_checkouts (
    payment_id uuid primary key,
    label text not null,
    amount numeric(14, 3) not null,
    currency text not null,
    return_url text not null,
    created_at timestamptz not null default now()
);

-- News that the sandbox owes the shop, each sent until it is taken.
create table sandbox_news (
    id uuid primary key,
    payment_id uuid not null,
    kind text not null,
    amount numeric(14, 3) not null,
    currency text not null,
    due_at timestamptz not null,
    -- How often it is sent, taken or not: providers repeat themselves.
    times integer not null default 1,
    failures integer not null default 0,
    constraint sandbox_news_once unique (payment_id, kind),
    constraint sandbox_news_kind_known check (kind in ('pending', 'approved', 'declined', 'expired')),
    constraint sandbox_news_times check (times between 0 and 5)
);
create index sandbox_news_due on sandbox_news (due_at) where times > 0;
