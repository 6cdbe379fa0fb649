-- What staff changed: who, when, what before and after. Written in the transaction of the change; never changed. Each row
-- carries a hash of itself and of the one before it, made by the program (`usecase/audit.rs`), so that a row that was changed
-- or taken out by hand is found.

create table audit_log (
    -- Without gaps: whoever writes one holds `audit_head`.
    position bigint primary key,
    at timestamptz not null,
    -- Who. No reference: people go, what they did stays.
    actor uuid not null,
    -- `order.shipped`
    action text not null,
    subject_kind text not null,
    subject_id text not null,
    -- JSON as it was written, letter for letter: the hash covers it.
    before text,
    after text,
    hash bytea not null
);

create index audit_log_by_subject on audit_log (subject_kind, subject_id, position);

-- The last row's position and hash: rows taken off the end are found, too.
create table audit_head (
    only_row boolean primary key default true,
    position bigint not null default 0,
    hash bytea not null default '',
    constraint audit_head_one_row check (only_row)
);

insert into audit_head default values;
