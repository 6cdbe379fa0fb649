-- People with an account. Guests have none; what they do hangs on a cart or an order.

create extension if not exists citext;

create table users (
    id uuid primary key,
    name text not null,
    -- Compared without regard to case, kept as it was typed.
    email citext not null,
    -- PHC string of argon2id.
    password_hash text not null,
    role text not null default 'customer',
    created_at timestamptz not null,
    constraint users_email_unique unique (email),
    constraint users_role_known check (role in ('customer', 'staff'))
);

-- Sessions of tower-sessions. The id in the cookie is a secret, so only its hash is kept: whoever reads this table can
-- impersonate nobody.
create table sessions (
    id_hash bytea primary key,
    -- Who is signed in, so that all of a person's sessions can be ended at once.
    user_id uuid references users (id) on delete cascade,
    data jsonb not null,
    created_at timestamptz not null,
    -- Moves with use; never beyond 90 days after created_at.
    expires_at timestamptz not null
);

create index sessions_by_user on sessions (user_id) where user_id is not null;
create index sessions_by_expiry on sessions (expires_at);
