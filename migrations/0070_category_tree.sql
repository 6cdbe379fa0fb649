-- Categories stand below one another. The release before knows none of it: it shows them all side by side, and those that it
-- writes stand at the top.

alter table categories
    -- Null: at the top.
    add column parent text references categories (slug),
    -- The slugs from the top down to its own: what a product of it is in. Of few rows, so that no page walks the tree.
    add column path text[] not null default '{}';

update categories set path = array[slug];

alter table categories add constraint categories_in_their_path check (path[cardinality(path)] = slug);

-- Whoever changes a parent writes the paths of all that stands below; a row that is new finds its own.
create function categories_find_path() returns trigger language plpgsql as $$
begin
    new.path := coalesce((select p.path from categories p where p.slug = new.parent), '{}') || new.slug;
    return new;
end $$;

create trigger categories_find_path before insert on categories for each row execute function categories_find_path();
