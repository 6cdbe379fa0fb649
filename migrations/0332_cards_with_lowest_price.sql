-- The lowest price before is read with the card that shows it.

-- As in 0305, with `lowest_before`. What a function answers cannot be changed in place, so it is dropped and made again: in a migration of
-- its own, for a statement that has looked the old one up and waits for a table that the same transaction has locked fails with "cache
-- lookup failed for function".
drop function product_cards();

create function product_cards() returns table (
    id uuid, slug text, name text, price numeric, price_varies boolean, compare_at_price numeric, image jsonb,
    choices integer, in_stock boolean,
    -- What cards are chosen and sorted by.
    category text, featured boolean, max_price numeric, search text, "position" integer, created_at timestamptz,
    sold integer, rated integer, tags text[], facets text[], search_document tsvector, facet_pairs text[],
    -- Of what is priced by it.
    measure text,
    -- Of what is reduced.
    lowest_before numeric
) language sql stable as $$
    select p.id, p.slug, p.name, p.min_price, p.min_price < p.max_price,
        case when p.compare_at_price > p.min_price then p.compare_at_price end, p.images -> 0, p.choices,
        coalesce((
            select true from product_variants v join inventory i on i.variant_id = v.id
            where v.product_id = p.id and v.retired_at is null and i.stock > 0 limit 1
        ), false),
        p.category, p.featured, p.max_price, p.search, p.position, p.created_at, p.sold, p.rated, p.tags, p.facets,
        p.search_document, p.facet_pairs, p.measure, p.lowest_before
    from products p where p.status = 'active'
$$;
