-- Paying without a provider, what is given back at a provider, and what a shop has saved over its environment.

alter table orders
    -- Since when its shopper means to pay by bank transfer or at pick-up. Null: by the provider's page, if at all.
    add column manual_since timestamptz;

alter table payments
    -- When the provider was last asked because somebody came back. `looked_at` is the task's own.
    add column asked_at timestamptz;

alter table refunds
    -- Who began it.
    add column origin text not null default 'shop';
alter table refunds add constraint refunds_origin_known check (origin in ('shop', 'provider')) not valid;

-- Money that left at a provider and fits into no payment: its amount goes beyond what came in, or it is in another currency.
-- Kept for the staff, once for each, and gone when it found its place.
create table refunds_set_aside (
    payment_id uuid not null references payments (id),
    -- The provider's name for it.
    reference text not null,
    amount numeric(14, 3) not null,
    currency text not null,
    created_at timestamptz not null,
    primary key (payment_id, reference)
);

-- The way back opens nothing any more: guests' tokens do not lie here.
update sandbox_checkouts set return_url = split_part(return_url, '?', 1) where return_url like '%?%';

-- What the shop has decided of its terms. Null: as the environment says.
create table shop_terms (
    only_row boolean primary key default true,
    return_days integer,
    -- How it is paid without a provider; JSON's null: not at all.
    manual_payment jsonb,
    constraint shop_terms_one_row check (only_row),
    constraint shop_terms_return_days check (return_days between 0 and 3650)
);
