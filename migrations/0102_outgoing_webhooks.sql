-- Addresses of other programs that are told what happens here, and each thing that each of them is to be told. What payment
-- providers tell us is `payment_webhooks`.

create table webhook_endpoints (
    id uuid primary key,
    url text not null,
    -- The topics that it hears of.
    events text[] not null,
    -- failing: everything failed for three days; gone: it answered 410. To both, nothing is sent until staff say so.
    state text not null default 'active',
    -- The secret is an HMAC over the id and this, so that nothing secret is kept. The one before holds a day longer.
    secret_version integer not null default 1,
    rotated_at timestamptz,
    -- Since when nothing was delivered that was tried; null: the last try succeeded, or there was none.
    failing_since timestamptz,
    created_at timestamptz not null,
    constraint webhook_endpoints_state_known check (state in ('active', 'paused', 'failing', 'gone')),
    constraint webhook_endpoints_hear_something check (cardinality(events) > 0)
);

create table webhook_deliveries (
    position bigint generated always as identity primary key,
    -- No reference: whoever removes an endpoint leaves its log to housekeeping, and nobody who writes an event waits for them.
    endpoint_id uuid not null,
    -- The event's id, which the receiver knows it by however often it comes.
    event_id uuid not null,
    topic text not null,
    -- As it is sent and signed, the same each time.
    body text not null,
    state text not null default 'waiting',
    attempts integer not null default 0,
    created_at timestamptz not null,
    due_at timestamptz not null,
    -- Whoever sends it has it until then; who is killed is overtaken.
    leased_until timestamptz,
    -- Three days are counted from here.
    first_tried_at timestamptz,
    -- The last try: when it ended, the status that was answered (null: none was), the beginning of the answer or why there was
    -- none, and how many milliseconds it took.
    tried_at timestamptz,
    status integer,
    answer text,
    took_ms integer,
    constraint webhook_deliveries_once unique (endpoint_id, event_id),
    constraint webhook_deliveries_state_known check (state in ('waiting', 'delivered', 'given_up'))
);

create index webhook_deliveries_due on webhook_deliveries (endpoint_id, due_at, position) where state = 'waiting';
create index webhook_deliveries_log on webhook_deliveries (endpoint_id, position);
create index webhook_deliveries_by_age on webhook_deliveries (created_at);
