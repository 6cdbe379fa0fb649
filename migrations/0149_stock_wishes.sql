-- Who wants to hear when a variant is back, once. An address of a guest is confirmed by a link in a mail before it gets another;
-- the link carries an HMAC over id and generation, so nothing secret is kept.

create table stock_wishes (
    id uuid primary key,
    variant_id uuid not null references product_variants (id),
    email citext not null,
    -- Whose account has shown that the address is theirs. Null: a guest's, or not shown by an account.
    user_id uuid references users (id) on delete cascade,
    -- Raised with each link that is mailed, and each time it is wished anew.
    generation integer not null default 1,
    -- The order in which they are told.
    asked_at timestamptz not null,
    confirmed_at timestamptz,
    told_at timestamptz,
    expires_at timestamptz not null,
    constraint stock_wishes_once unique (variant_id, email)
);

create index stock_wishes_waiting on stock_wishes (asked_at, id) where told_at is null and confirmed_at is not null;
create index stock_wishes_by_expiry on stock_wishes (expires_at);
create index stock_wishes_by_user on stock_wishes (user_id) where user_id is not null;
create index stock_wishes_by_email on stock_wishes (email);
