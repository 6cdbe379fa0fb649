-- Which releases this schema serves. A migration that takes away what an older release needs raises `oldest_release`
-- to the first release that does without it; a binary older than that refuses to start, and one that runs says so by
-- /readyz. Migrations that only add leave it alone, so that the release before runs on while the new one is rolled out.

create table schema_release (
    only_row boolean primary key default true,
    oldest_release text not null,
    constraint schema_release_one_row check (only_row),
    constraint schema_release_is_a_version check (oldest_release ~ '^[0-9]+\.[0-9]+\.[0-9]+$')
);

-- 0.1 knows none of this, and 0017 and 0018 change types under its prepared statements: it is stopped for this upgrade.
insert into schema_release (oldest_release) values ('0.2.0');
