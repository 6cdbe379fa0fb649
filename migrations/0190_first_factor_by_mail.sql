-- Second factors whose owner may be somebody else: a password that was guessed.

-- Until when the first factor of who works here may be set up after the time to do without: they have given a password by a link of
-- their mail. Null: they have not.
alter table users add column factor_open_until timestamptz;

-- How many wrong codes came behind the right password since the last right one.
alter table users add column wrong_codes integer not null default 0;
