-- What proves who somebody is besides their password: an authenticator app, and codes for whoever has lost it.

-- Since when somebody works here: staff may do without a second factor for a while. Null: of customers, and of whom the
-- release before has made staff, until they sign in.
alter table users add column staff_since timestamptz;

update users set staff_since = now() where role = 'staff';

-- One app per account. Its secret is an HMAC over the id, so nothing that makes codes is kept here.
create table totp_factors (
    user_id uuid primary key references users (id) on delete cascade,
    id uuid not null,
    created_at timestamptz not null,
    -- When a code of it was given for the first time. Null: it is being set up, and counts nothing.
    confirmed_at timestamptz,
    -- The half minute, since 1970, of the last code that was accepted: none is accepted twice.
    last_step bigint not null default 0
);

-- Each works once, and is gone then. A keyed hash: the codes are shown once and kept nowhere.
create table recovery_codes (
    user_id uuid not null references users (id) on delete cascade,
    code_hash bytea not null,
    constraint recovery_codes_pkey primary key (user_id, code_hash)
);
