-- The address book: addresses that customers keep, at most twenty each. An order has a copy of its own.

create table addresses (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    address jsonb not null,
    -- The one that a checkout begins with.
    is_default boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create index addresses_of_user on addresses (user_id);
create unique index addresses_one_default on addresses (user_id) where is_default;
