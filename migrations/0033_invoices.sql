-- Invoices and credit notes, and who sells.

-- Who stands on them. No row: nobody has said it yet, and no invoice is made.
create table seller (
    only_row boolean primary key default true,
    -- The legal name and where it sits.
    address jsonb not null,
    vat_id text,
    -- The number for the tax office, where that is another.
    tax_number text,
    registration text,
    email text,
    -- What numbers begin with. Another one begins to count anew, as after a restore that lost some.
    invoice_series text not null,
    credit_note_series text not null,
    constraint seller_one_row check (only_row),
    constraint seller_two_series check (invoice_series <> credit_note_series)
);

-- The last number that was given. Whoever makes papers locks its row until they are committed, so that no number is missing
-- and none is there twice: a sequence would lose those of transactions that are rolled back.
create table paper_numbers (
    series text not null,
    year integer not null,
    last bigint not null default 0,
    primary key (series, year),
    constraint paper_numbers_not_negative check (last >= 0)
);

create table papers (
    id uuid primary key,
    kind text not null,
    order_id uuid not null references orders (id),
    -- What a credit note is for.
    refund_id uuid references refunds (id),
    series text not null,
    year integer not null,
    position bigint not null,
    number text not null,
    -- All that stands on it, as it was. Never changed.
    facts jsonb not null,
    -- The file. Null until it is made, which is once.
    pdf bytea,
    -- When it is tried to make it; null: at once.
    due_at timestamptz,
    created_at timestamptz not null,
    constraint papers_kind_known check (kind in ('invoice', 'credit_note')),
    constraint papers_refund_unique unique (refund_id),
    constraint papers_credit_note_of_refund check ((kind = 'credit_note') = (refund_id is not null)),
    constraint papers_number_unique unique (number),
    constraint papers_position_unique unique (series, year, position),
    constraint papers_position_positive check (position > 0)
);

-- It is compressed already.
alter table papers alter column pdf set storage external;

create unique index papers_one_invoice on papers (order_id) where kind = 'invoice';
create index papers_by_order on papers (order_id);
create index papers_to_make on papers (created_at) where pdf is null;

-- What of a discount was taken off each line, in their order, and off the shipping: an invoice says it line by line. Null in
-- what was sold before.
alter table order_discounts
    add column lines numeric(14, 3)[],
    add column shipping numeric(14, 3);
