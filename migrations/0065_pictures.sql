-- Pictures that staff upload. A row is an upload: it arrives, waits for its sizes to be made, and is ready or failed. Where a
-- product shows it, and with which words, stands in products.images as for every other picture, by its name.

create table pictures (
    id uuid primary key,
    product_id uuid not null references products (id),
    -- As its sender called the file: shown to staff alone, never an address.
    file text not null,
    kind text not null,
    bytes bigint not null,
    state text not null default 'arriving',
    -- Why it failed.
    problem text,
    -- What its files begin with, once it is being made. Nobody else's begin so.
    name text,
    -- Of the largest of its files.
    width integer,
    -- What was uploaded is still kept.
    has_original boolean not null default true,
    -- How often somebody has begun to make it, and until when they have it.
    tries integer not null default 0,
    taken_until timestamptz,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint pictures_state_known check (state in ('arriving', 'waiting', 'ready', 'failed', 'removed')),
    constraint pictures_kind_known check (kind in ('jpeg', 'png', 'webp')),
    constraint pictures_name_unique unique (name),
    constraint pictures_ready_whole check (state <> 'ready' or (name is not null and width is not null)),
    constraint pictures_failed_with_problem check ((state = 'failed') = (problem is not null))
);

create index pictures_by_product on pictures (product_id, id) where state <> 'removed';
create index pictures_waiting on pictures (id) where state = 'waiting';

-- Counts what staff change of a product's pictures, for two who do so at once. A picture that has become ready is no such
-- change: it only comes last.
alter table products add column pictures_version bigint not null default 1;
