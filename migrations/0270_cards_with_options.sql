-- Listings are narrowed by what a product tells of its variants' options (0255), and look at variants only where one and the same is
-- to be several things: within a category of a large shop, whoever began with the variants read a quarter of a million of them.

-- As with those of variants (0232): the planner knows how common each of ten thousand values is.
alter table products alter column facets set statistics 1000;

-- As in 0250, with the options, and the words, so that a search within a category meets both in one look. What it answers cannot be
-- changed in place; nobody sees it missing.
drop function product_cards();

create function product_cards() returns table (
    id uuid, slug text, name text, price numeric, price_varies boolean, compare_at_price numeric, image jsonb,
    choices integer, in_stock boolean,
    -- What cards are chosen and sorted by.
    category text, featured boolean, max_price numeric, search text, "position" integer, created_at timestamptz,
    sold integer, rated integer, tags text[], facets text[], search_document tsvector
) language sql stable as $$
    select p.id, p.slug, p.name, p.min_price, p.min_price < p.max_price,
        case when p.compare_at_price > p.min_price then p.compare_at_price end, p.images -> 0, p.choices,
        coalesce((
            select true from product_variants v join inventory i on i.variant_id = v.id
            where v.product_id = p.id and v.retired_at is null and i.stock > 0 limit 1
        ), false),
        p.category, p.featured, p.max_price, p.search, p.position, p.created_at, p.sold, p.rated, p.tags, p.facets,
        p.search_document
    from products p where p.status = 'active'
$$;
