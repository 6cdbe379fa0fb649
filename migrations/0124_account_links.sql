-- What an account is proven by: its address of mail, and the links that are mailed to it.

-- When its owner has shown that mail to its address arrives at them. Null: nobody has, as of every account from before.
alter table users add column email_verified_at timestamptz;

-- Links of mail that work once: to a new password, to show that an address is one's own, and to another one. The link carries
-- an HMAC over kind, id and generation, so nothing that opens anything is kept here. Used, it is gone.
create table account_links (
    id uuid primary key,
    user_id uuid not null references users (id) on delete cascade,
    kind text not null,
    -- Where it was mailed to, which is what it shows; and what becomes of an account's address by `change_email`.
    email citext not null,
    -- Raised with each that is mailed: the link before ends.
    generation integer not null default 1,
    sent_at timestamptz not null,
    expires_at timestamptz not null,
    constraint account_links_one_of_a_kind unique (user_id, kind),
    constraint account_links_kind_known check (kind in ('reset_password', 'verify_email', 'change_email'))
);

create index account_links_by_expiry on account_links (expires_at);

-- Whose account a mail is about, also where it goes to an address that is theirs no more, or not yet. No reference: people go,
-- and the row stays without words.
alter table email_messages add column user_id uuid;
