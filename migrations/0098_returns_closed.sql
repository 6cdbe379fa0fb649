-- A return that was approved and never arrives is closed: it is `refused` then, so that its units may be asked for again, also
-- by the release before, and this says that it was not refused at once. Null: it was not closed.

alter table returns add column closed_at timestamptz;
