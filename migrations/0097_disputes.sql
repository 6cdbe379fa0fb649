-- The back office tells of disputes, which have a deadline at the bank, and of what is set aside, until somebody has looked into
-- it. The release before writes neither.

alter table refunds
    -- The buyer's bank took it back, or wants to.
    add column is_dispute boolean not null default false;
update refunds set is_dispute = true where origin = 'provider' and reason = 'Disputed with the bank';

alter table refunds_set_aside
    -- When staff have looked into it. Null: nobody has.
    add column seen_at timestamptz;
