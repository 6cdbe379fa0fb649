-- Files of products that staff upload. A row is a file on its way: it waits to be looked at, is checked, is wanted by somebody,
-- and done. What it makes of the catalogue is written in the transaction that writes `done`, so it is all there or nothing is.

create table imports (
    id uuid primary key,
    -- As its sender called it.
    file text not null,
    -- Null as soon as nobody will read it again.
    content bytea,
    state text not null default 'waiting',
    -- What was found, or done. Null: it was not looked at yet.
    report jsonb,
    -- How much of it is written, for whoever watches; what is written is seen when all of it is.
    steps_done integer not null default 0,
    steps integer not null default 0,
    -- How often somebody has begun with it, and until when they have it.
    tries integer not null default 0,
    taken_until timestamptz,
    -- Who. No reference: people go, what they did stays.
    uploaded_by uuid not null,
    wanted_by uuid,
    created_at timestamptz not null,
    constraint imports_state_known check (state in ('waiting', 'checked', 'wanted', 'done', 'failed')),
    constraint imports_checked_with_report check (state not in ('checked', 'wanted', 'done') or report is not null),
    constraint imports_under_way_with_content check (state not in ('waiting', 'wanted') or content is not null),
    constraint imports_wanted_by_somebody check (state not in ('wanted', 'done') or wanted_by is not null)
);

create index imports_under_way on imports (id) where state in ('waiting', 'wanted');

-- It is read whole and a few times: to compress it would take longer than to write it.
alter table imports alter column content set storage external;

-- Pictures that a file names by their addresses. They are fetched after the import, one at a time, and come in as uploads do.
create table import_pictures (
    id uuid primary key,
    import_id uuid not null references imports (id) on delete cascade,
    product_id uuid not null references products (id),
    -- The row of the file, as a spreadsheet counts.
    place integer not null,
    address text not null,
    -- What it shows; empty: nobody has said.
    alt text not null,
    state text not null default 'waiting',
    -- Why it failed.
    problem text,
    tries integer not null default 0,
    taken_until timestamptz,
    constraint import_pictures_state_known check (state in ('waiting', 'fetched', 'failed')),
    constraint import_pictures_failed_with_problem check ((state = 'failed') = (problem is not null))
);

create index import_pictures_waiting on import_pictures (id) where state = 'waiting';
create index import_pictures_by_import on import_pictures (import_id, place);
create index import_pictures_by_product on import_pictures (product_id) where state = 'waiting';

-- Null: it is called as its product until somebody says what it shows.
alter table pictures add column alt text;
