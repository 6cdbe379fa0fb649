-- How many visitors each day has had, by the shop's clocks. Nothing of any of them: whoever comes falls on one of 32,768 places,
-- by a hash with the day's salt, and how many are taken says about how many came. Not even that is kept when the day is over.

create table visits (
    day date primary key,
    -- Shared by all processes, so that somebody counts once whichever answers. Null: the day is over, and nobody can tell any
    -- more on which place anybody would fall.
    salt bytea,
    -- The places that are taken; null a day later, when nobody adds to them any more.
    seen bit(32768),
    -- How many of them.
    taken integer not null default 0,
    constraint visits_taken_fit check (taken between 0 and 32768)
);
