-- What staff note about a customer; no customer reads it. And whose orders were made nobody's at their wish.

create table customer_notes (
    id uuid primary key,
    user_id uuid references users (id) on delete cascade,
    -- A guest's address, in small letters.
    email text,
    -- Who wrote it. No reference: people go, their notes stay.
    author_id uuid not null,
    text text not null,
    created_at timestamptz not null,
    constraint customer_notes_of_one check (num_nonnulls(user_id, email) = 1)
);

create index customer_notes_of_user on customer_notes (user_id, created_at) where user_id is not null;
create index customer_notes_of_guest on customer_notes (email, created_at) where email is not null;

alter table orders add column anonymised_at timestamptz;
comment on column orders.anonymised_at is 'since when nothing in it tells whose it was';
