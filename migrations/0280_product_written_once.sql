-- What a product tells of its variants is written once for each statement that writes some of them. Its prices were written for
-- each variant by itself, beside its options and words, so an import wrote every product three times, and each time into twenty
-- indexes. And it tells which two options one and the same variant has: whoever asked for two was answered by reading all variants
-- that have both.

-- Nothing reads these two any more: `products_by_newest` and `products_by_price_up` have the same in the order of listings. The
-- release before finds what it found, in more time.
drop index products_newest;
drop index products_by_price;

-- Each two of a variant's facets (0232), the lesser of them by its bytes first, with a record separator between. Null: they are
-- to be made (0283). As with facets, the planner knows how common each is.
alter table products add column facet_pairs text[];
alter table products alter column facet_pairs set statistics 1000;

-- As in 0255, and those, its prices, and how many choices there are (0120): null prices where none is for sale.
drop function variants_tell(uuid);

create function facts_of_variants(product uuid) returns table (
    facets text[], measure text, low numeric, high numeric, before numeric, choices integer, facet_pairs text[]
) language sql stable as $$
    select
        coalesce((
            select array_agg(distinct f.pair) from product_variants v cross join unnest(v.facets) f(pair)
            where v.product_id = $1 and v.retired_at is null
        ), '{}'),
        (array_agg(v.measure order by v.price, v.position, v.id))[1], min(v.price), max(v.price),
        (array_agg(v.compare_at_price order by v.price, v.position, v.id))[1], count(*)::integer,
        coalesce((
            select array_agg(distinct a.facet || E'\x1e' || b.facet)
            from product_variants v cross join unnest(v.facets) a(facet) cross join unnest(v.facets) b(facet)
            where v.product_id = $1 and v.retired_at is null and a.facet < b.facet collate "C"
        ), '{}')
    from product_variants v where v.product_id = $1 and v.retired_at is null
$$;

create or replace function products_follow_choices() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    changed uuid[];
begin
    if tg_op = 'INSERT' then
        changed := array(select distinct w.product_id from written w);
    else
        changed := array(
            select distinct n.product_id
            from (
                select w.id, w.product_id, w.sku, w.options, w.retired_at from written w
                except
                select b.id, b.product_id, b.sku, b.options, b.retired_at from was b
            ) n
        );
    end if;
    if cardinality(changed) > 0 then
        perform 1 from products p where p.id = any(changed) order by p.id for no key update;
        update products p set search_document = null, facets = v.facets, facet_pairs = v.facet_pairs, measure = v.measure,
            min_price = coalesce(v.low, p.min_price), max_price = coalesce(v.high, p.max_price),
            compare_at_price = v.before, choices = v.choices
        from unnest(changed) c(id) cross join lateral facts_of_variants(c.id) v
        where p.id = c.id;
    end if;
    return null;
end $$;

-- What words have nothing to do with. A product that tells the same as before is not written.
create or replace function products_follow_variants() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    changed uuid[] := array(
        select distinct n.product_id
        from (
            select w.id, w.product_id, w.facets, w.measure, w.price, w.compare_at_price, w.position from written w
            except
            select b.id, b.product_id, b.facets, b.measure, b.price, b.compare_at_price, b.position from was b
        ) n
    );
begin
    if cardinality(changed) > 0 then
        perform 1 from products p where p.id = any(changed) order by p.id for no key update;
        update products p set facets = v.facets, facet_pairs = v.facet_pairs, measure = v.measure,
            min_price = coalesce(v.low, p.min_price), max_price = coalesce(v.high, p.max_price),
            compare_at_price = v.before, choices = v.choices
        from unnest(changed) c(id) cross join lateral facts_of_variants(c.id) v
        where p.id = c.id
            and (p.facets, p.facet_pairs, p.measure, p.min_price, p.max_price, p.compare_at_price, p.choices)
                is distinct from (v.facets, v.facet_pairs, v.measure, coalesce(v.low, p.min_price),
                    coalesce(v.high, p.max_price), v.before, v.choices);
    end if;
    return null;
end $$;

drop trigger products_follow_prices on product_variants;
drop trigger products_follow_retired on product_variants;
drop function products_follow_prices();

-- As in 0270, with the pairs. What it answers cannot be changed in place; nobody sees it missing.
drop function product_cards();

create function product_cards() returns table (
    id uuid, slug text, name text, price numeric, price_varies boolean, compare_at_price numeric, image jsonb,
    choices integer, in_stock boolean,
    -- What cards are chosen and sorted by.
    category text, featured boolean, max_price numeric, search text, "position" integer, created_at timestamptz,
    sold integer, rated integer, tags text[], facets text[], search_document tsvector, facet_pairs text[]
) language sql stable as $$
    select p.id, p.slug, p.name, p.min_price, p.min_price < p.max_price,
        case when p.compare_at_price > p.min_price then p.compare_at_price end, p.images -> 0, p.choices,
        coalesce((
            select true from product_variants v join inventory i on i.variant_id = v.id
            where v.product_id = p.id and v.retired_at is null and i.stock > 0 limit 1
        ), false),
        p.category, p.featured, p.max_price, p.search, p.position, p.created_at, p.sold, p.rated, p.tags, p.facets,
        p.search_document, p.facet_pairs
    from products p where p.status = 'active'
$$;
