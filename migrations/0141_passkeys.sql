-- Passkeys: keys that somebody's device keeps, of which the shop knows the public half.

create table passkeys (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    -- What the device calls it.
    credential_id bytea not null,
    -- What its owner calls it.
    name text not null,
    -- Public key and counter, as the library for them keeps them.
    data text not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    constraint passkeys_credential_once unique (credential_id)
);

create index passkeys_by_user on passkeys (user_id);
