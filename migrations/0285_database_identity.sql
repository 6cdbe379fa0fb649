-- In which database the shop worked last: its cluster, its timeline there and its number, as whoever relays events finds them. One
-- that was restored is another: PostgreSQL begins a timeline with every recovery, and a dump is read into another database. So
-- `restored` knows what it is called on. The release before neither writes nor reads it: then nobody knows, and whoever calls it has
-- to say so.

create table database_identity (
    only_row boolean primary key default true,
    system_identifier bigint not null,
    timeline integer not null,
    database bigint not null,
    seen_at timestamptz not null,
    constraint database_identity_one_row check (only_row)
);
