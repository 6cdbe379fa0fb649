-- Pictures of places that show one: a category, and the shop's logo, its icon and the picture of its first page. Which one a
-- place shows, and with which words, stands with the place: in categories.image, and here beside the shop's words.

alter table shop_content
    -- Images by their place: logo, icon, hero.
    add column pictures jsonb not null default '{}',
    add constraint shop_content_pictures_is_an_object check (jsonb_typeof(pictures) = 'object');

-- A picture is of a product, or of one of these. Of none of them: its category is gone, and so it goes.
alter table pictures
    alter column product_id drop not null,
    add column category text references categories (slug) on delete set null,
    add column place text,
    add constraint pictures_place_known check (place in ('logo', 'icon', 'hero')),
    add constraint pictures_of_one check (num_nonnulls(product_id, category, place) <= 1),
    -- To these, 'queued' is what 'waiting' is to a product's, and 'placed' what 'ready' is. The release before knows neither
    -- of the two: it makes none that it would not know the place of, and takes none away that it does not see shown.
    drop constraint pictures_state_known,
    add constraint pictures_state_known
        check (state in ('arriving', 'waiting', 'ready', 'queued', 'placed', 'failed', 'removed')),
    add constraint pictures_placed_whole check (state <> 'placed' or (name is not null and width is not null));

create index pictures_to_make on pictures (id) where state in ('waiting', 'queued');
create index pictures_by_category on pictures (category) where category is not null;
create index pictures_by_place on pictures (place) where place is not null;
