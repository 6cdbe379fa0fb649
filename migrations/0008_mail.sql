-- Letters, each queued in the transaction that is its cause.
--
-- queued → sending → accepted | refused | uncertain. `sending` is written before the mail server hears of the letter;
-- one whose end nobody saw becomes uncertain and is never sent again by itself.

create table email_messages (
    id uuid primary key,
    -- The event it tells of: one letter per cause.
    cause uuid not null,
    kind text not null,
    recipient text not null,
    subject text not null,
    body text not null,
    state text not null default 'queued',
    attempts integer not null default 0,
    due_at timestamptz not null,
    last_error text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint email_messages_once_per_cause unique (cause, kind),
    constraint email_messages_state_known check (state in ('queued', 'sending', 'accepted', 'refused', 'uncertain'))
);

create index email_messages_due on email_messages (due_at) where state = 'queued';
create index email_messages_sending on email_messages (updated_at) where state = 'sending';
