-- When somebody came with a session last, to the hour. Null: not since it began, as of every session from before. Where and on
-- what it was signed in stands in its data, under `seen`.

alter table sessions add column last_used_at timestamptz;
