-- How often what can be guessed was tried, where all processes see it: a bucket of tries for each limit and whatever it
-- counts, kept as the time at which it is full again. The key is a keyed hash, so that no address lies here. Not logged: a
-- crash of the database forgets the tries, and none of them waits for a disk. No index but the key's: each try changes the
-- row, and without one it stays on its page.

create unlogged table tries (
    key bytea primary key,
    full_at timestamptz not null,
    -- As late as that may be, as it was when last asked; past it, there is no try left.
    latest timestamptz not null
) with (fillfactor = 50);
