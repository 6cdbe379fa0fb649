-- What listings are narrowed by besides words, categories and prices: the options of variants, and how much of a product was sold
-- lately.

-- A variant as its options say it, each as name, unit separator, value: names stand in the product's row, so no index on a
-- variant's own columns could know them. What no filter can ask for is left out.
create function variant_facets(names text[], choices text[]) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(o.name || E'\x1f' || o.choice order by o.place), '{}')
    from unnest($1, $2) with ordinality o(name, choice, place)
    where length(o.name) between 1 and 100 and length(o.choice) between 1 and 100
$$;

-- Null: it is to be made. It is made by triggers, so in the transaction that writes any of it, whoever writes: the release before,
-- too, which knows nothing of it.
alter table product_variants add column facets text[];

-- The planner knows how common each of ten thousand values is: a rare one is looked up in the index, a common one is met soon on
-- the way through a listing's own order. With the usual hundred it takes rare ones for common, and reads the whole shelf.
alter table product_variants alter column facets set statistics 1000;

-- Under the product's own lock, as with prices: of two who write a variant and the names of its options at once, the second sees
-- what the first wrote.
create function product_variants_follow_options() returns trigger language plpgsql as $$
declare
    names text[];
begin
    select p.options into names from products p where p.id = new.product_id for no key update;
    new.facets := variant_facets(names, new.options);
    return new;
end $$;

create trigger product_variants_follow_options before insert or update of options, facets on product_variants
    for each row execute function product_variants_follow_options();

create function product_variants_follow_names() returns trigger language plpgsql as $$
begin
    update product_variants set facets = null where product_id = new.id;
    return null;
end $$;

create trigger product_variants_follow_names after update of options on products
    for each row when (old.options is distinct from new.options) execute function product_variants_follow_names();

-- How many units of it were sold in the last thirty days, as a task of the worker last reckoned it: never on a page.
alter table products add column sold integer not null default 0;

-- As in 0120, and what was sold. What it answers cannot be changed in place; nobody sees it missing.
drop function product_cards();

create function product_cards() returns table (
    id uuid, slug text, name text, price numeric, price_varies boolean, compare_at_price numeric, image jsonb,
    choices integer, in_stock boolean,
    -- What cards are chosen and sorted by.
    category text, featured boolean, max_price numeric, search text, "position" integer, created_at timestamptz,
    sold integer
) language sql stable as $$
    select p.id, p.slug, p.name, p.min_price, p.min_price < p.max_price,
        case when p.compare_at_price > p.min_price then p.compare_at_price end, p.images -> 0, p.choices,
        coalesce((
            select true from product_variants v join inventory i on i.variant_id = v.id
            where v.product_id = p.id and v.retired_at is null and i.stock > 0 limit 1
        ), false),
        p.category, p.featured, p.max_price, p.search, p.position, p.created_at, p.sold
    from products p where p.status = 'active'
$$;
