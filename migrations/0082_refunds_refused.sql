-- A provider may refuse a refund for a reason that passes. How often it did and since when tells when to give it up; the
-- release before goes on to ask.
alter table refunds
    add column refusals integer not null default 0,
    -- Null: it has not refused yet.
    add column refused_since timestamptz;
