-- Keys that programs call the API with. Of the secret only its SHA-256 is kept: it is 256 random bits, so there is nothing to
-- guess and nothing to slow down. A key that is revoked stays: the audit log names it as who did something (its `actor` is the
-- key's id; the release before shows that id).

create table api_keys (
    id uuid primary key,
    name text not null,
    -- Words of this release's list; one that a release does not know permits nothing there.
    permissions text[] not null,
    secret_sha256 bytea not null,
    -- Who. No reference, as with invitations: people go. A key permits no more than they may at the time.
    made_by uuid not null,
    made_at timestamptz not null,
    ends_at timestamptz,
    -- Written once a minute at most.
    last_used_at timestamptz,
    revoked_at timestamptz,
    revoked_by uuid,
    constraint api_keys_secret_is_a_digest check (octet_length(secret_sha256) = 32),
    constraint api_keys_revoked_by_somebody check ((revoked_at is null) = (revoked_by is null))
);
