-- What the shop says of itself on every page: its name and words, its colour, its links. What is not in `saved` is as it comes
-- with the program, or as the environment says.

create table shop_content (
    only_row boolean primary key default true,
    -- Counts the changes of the words, for two who edit them at once.
    version bigint not null default 1,
    -- Counts those of pages as well: whoever holds all of it in memory knows which of two is newer.
    revision bigint not null default 1,
    -- Fields by name, as `domain/content/saved.rs` has them.
    saved jsonb not null default '{}',
    constraint shop_content_one_row check (only_row),
    constraint shop_content_saved_is_an_object check (jsonb_typeof(saved) = 'object')
);

insert into shop_content default values;
