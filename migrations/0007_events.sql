-- The event backbone. An event is written with its cause and published afterwards, in the order of `position`: whoever
-- appends holds the aggregate's row lock, so per aggregate the order of positions is the order of commits.

create table outbox (
    position bigint generated always as identity primary key,
    -- The same for every delivery: ce_id.
    event_id uuid not null,
    topic text not null,
    key text not null,
    kind text not null,
    payload text not null,
    headers jsonb not null default '[]',
    occurred_at timestamptz not null,
    published_at timestamptz,
    constraint outbox_event_once unique (event_id)
);

-- The relay's work list; an index of what is not done stays small.
create index outbox_unpublished on outbox (position) where published_at is null;
create index outbox_published on outbox (published_at) where published_at is not null;
create index outbox_dead_letters on outbox (position) where topic like '%.dlq';

-- What each consumer has done, in the transaction of the effect.
create table consumer_inbox (
    consumer text not null,
    event_id uuid not null,
    handled_at timestamptz not null,
    primary key (consumer, event_id)
);

create index consumer_inbox_by_age on consumer_inbox (handled_at);
