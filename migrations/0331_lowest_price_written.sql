-- What a reduced variant cost in the 30 days before (0201) changes with its price and what is struck, and with nothing else, so it is
-- written with them: to look it up took a seventh of what PostgreSQL does for a product's page, and more on a listing.

-- Whoever mends `price_history` by hand has it written anew (docs/operations.md, "Mending prices of before").

-- Null for a variant that is not reduced, and where nothing is known. A product has that of its cheapest variant (then by position and
-- id), as `compare_at_price` is.
alter table product_variants add column lowest_before numeric(14, 3);
alter table products add column lowest_before numeric(14, 3);

-- As in 0201, and it sets `lowest_before`. Before the row is written, not after: it is written once. Of a retired variant, too, whose
-- price of before is not kept.
create or replace function product_variants_keep_price() returns trigger language plpgsql as $$
begin
    if old.retired_at is null then
        insert into price_history (variant_id, price, compare_at_price, ended_at)
        select old.id, old.price, old.compare_at_price, clock_timestamp()
        from products p
        where p.id = old.product_id and p.status = 'active' and coalesce(p.on_sale_since < now(), true);
    end if;
    new.lowest_before := case when new.compare_at_price > new.price then lowest_price_before(new.id, new.price) end;
    return new;
end $$;

drop trigger product_variants_keep_price on product_variants;

create trigger product_variants_keep_price before update of price, compare_at_price, retired_at on product_variants
    for each row when (old.price is distinct from new.price or old.compare_at_price is distinct from new.compare_at_price
        or (old.retired_at is null and new.retired_at is not null))
    execute function product_variants_keep_price();

-- As in 0280, with `lowest_before`; `before` is what is struck. It can be dropped here: triggers alone call it.
drop function facts_of_variants(uuid);

create function facts_of_variants(product uuid) returns table (
    facets text[], measure text, low numeric, high numeric, before numeric, choices integer, facet_pairs text[],
    lowest_before numeric
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
        ), '{}'),
        (array_agg(v.lowest_before order by v.price, v.position, v.id))[1]
    from product_variants v where v.product_id = $1 and v.retired_at is null
$$;

-- As in 0280, with `lowest_before`.
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
            compare_at_price = v.before, lowest_before = v.lowest_before, choices = v.choices
        from unnest(changed) c(id) cross join lateral facts_of_variants(c.id) v
        where p.id = c.id;
    end if;
    return null;
end $$;

create or replace function products_follow_variants() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    changed uuid[] := array(
        select distinct n.product_id
        from (
            select w.id, w.product_id, w.facets, w.measure, w.price, w.compare_at_price, w.lowest_before, w.position from written w
            except
            select b.id, b.product_id, b.facets, b.measure, b.price, b.compare_at_price, b.lowest_before, b.position from was b
        ) n
    );
begin
    if cardinality(changed) > 0 then
        perform 1 from products p where p.id = any(changed) order by p.id for no key update;
        update products p set facets = v.facets, facet_pairs = v.facet_pairs, measure = v.measure,
            min_price = coalesce(v.low, p.min_price), max_price = coalesce(v.high, p.max_price),
            compare_at_price = v.before, lowest_before = v.lowest_before, choices = v.choices
        from unnest(changed) c(id) cross join lateral facts_of_variants(c.id) v
        where p.id = c.id
            and (p.facets, p.facet_pairs, p.measure, p.min_price, p.max_price, p.compare_at_price, p.lowest_before, p.choices)
                is distinct from (v.facets, v.facet_pairs, v.measure, coalesce(v.low, p.min_price),
                    coalesce(v.high, p.max_price), v.before, v.lowest_before, v.choices);
    end if;
    return null;
end $$;
