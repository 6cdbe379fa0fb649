-- What payment providers tell us, as it came: stored once by the provider's id of it, answered at once, handled by a task.

create table payment_webhooks (
    provider text not null,
    event_id text not null,
    body text not null,
    received_at timestamptz not null,
    handled_at timestamptz,
    attempts integer not null default 0,
    -- When it is tried next; whoever tries it moves this on first, so that nobody else does meanwhile.
    next_at timestamptz not null,
    -- What came of it, where that was not what it said.
    note text,
    constraint payment_webhooks_once primary key (provider, event_id)
);
create index payment_webhooks_due on payment_webhooks (next_at) where handled_at is null;
create index payment_webhooks_by_age on payment_webhooks (received_at);
