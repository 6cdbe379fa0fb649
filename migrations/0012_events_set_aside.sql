-- An event that cannot be published is set aside together with its aggregate's later ones, and tried again with growing
-- pauses; the rest flows. The columns are new and have defaults: the release before goes on writing and publishing.

alter table outbox
    add column attempts integer not null default 0,
    -- Null for an event that nothing holds back.
    add column next_attempt_at timestamptz,
    add column last_error text,
    -- Of a dead letter: when it was put back on its topic.
    add column replayed_at timestamptz;

-- The relay's work list: what is not done and not set aside. `outbox_unpublished` is for the release before this one.
create index outbox_ready on outbox (position) where published_at is null and next_attempt_at is null;
-- What is set aside: found by its aggregate, and by its time.
create index outbox_set_aside on outbox (key, position) where published_at is null and next_attempt_at is not null;
create index outbox_due on outbox (next_attempt_at) where published_at is null and next_attempt_at is not null;
create index outbox_open_dead_letters on outbox (position) where topic like '%.dlq' and replayed_at is null;

-- What was replayed before this column was there, as far as the replay is still to be seen.
update outbox dead set replayed_at = now()
from (
    select distinct header ->> 1 as event_id
    from outbox, jsonb_array_elements(headers) as header
    where headers <> '[]' and header ->> 0 = 'replay_of'
) back
where dead.topic like '%.dlq' and dead.event_id::text = back.event_id;
