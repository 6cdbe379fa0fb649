-- What is kept of somebody, as a file for themselves: one for each account at a time. It is found by whose it is and by nothing
-- else, so nobody can ask for another's; and it goes with its account.

create table data_exports (
    user_id uuid primary key references users (id) on delete cascade,
    state text not null default 'waiting',
    -- A ZIP.
    content bytea,
    -- How often somebody has begun with it, and until when they have it.
    tries integer not null default 0,
    taken_until timestamptz,
    asked_at timestamptz not null,
    expires_at timestamptz,
    constraint data_exports_state_known check (state in ('waiting', 'ready', 'failed')),
    constraint data_exports_ready_with_content check ((state = 'ready') = (content is not null)),
    constraint data_exports_end check ((state = 'waiting') = (expires_at is null))
);

create index data_exports_waiting on data_exports (asked_at) where state = 'waiting';

-- It is packed already.
alter table data_exports alter column content set storage external;
