-- When somebody gave their account another password. Null: never, as of every account that has the one it was opened with. A hash
-- that is made anew at another cost is the same password, and does not touch it.
alter table users add column password_set_at timestamptz;
