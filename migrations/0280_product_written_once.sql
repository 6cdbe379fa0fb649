-- What a product tells of its variants is written once for each statement that writes some of them. Its prices were written for each
-- variant by itself, beside its options and words, so an import wrote every product three times, and each time into twenty indexes.

-- As in 0255, and its prices and how many choices there are (0120): null prices where none is for sale.
drop function variants_tell(uuid);

create function variants_tell(product uuid) returns table (
    facets text[], measure text, low numeric, high numeric, before numeric, choices integer
) language sql stable as $$
    select
        coalesce((
            select array_agg(distinct f.pair) from product_variants v cross join unnest(v.facets) f(pair)
            where v.product_id = $1 and v.retired_at is null
        ), '{}'),
        (array_agg(v.measure order by v.price, v.position, v.id))[1], min(v.price), max(v.price),
        (array_agg(v.compare_at_price order by v.price, v.position, v.id))[1], count(*)::integer
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
        perform 1 from products p where p.id = any(changed) order by p.slug for no key update;
        update products p set search_document = null, facets = v.facets, measure = v.measure,
            min_price = coalesce(v.low, p.min_price), max_price = coalesce(v.high, p.max_price),
            compare_at_price = v.before, choices = v.choices
        from unnest(changed) c(id) cross join lateral variants_tell(c.id) v
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
        perform 1 from products p where p.id = any(changed) order by p.slug for no key update;
        update products p set facets = v.facets, measure = v.measure,
            min_price = coalesce(v.low, p.min_price), max_price = coalesce(v.high, p.max_price),
            compare_at_price = v.before, choices = v.choices
        from unnest(changed) c(id) cross join lateral variants_tell(c.id) v
        where p.id = c.id and (p.facets, p.measure, p.min_price, p.max_price, p.compare_at_price, p.choices)
            is distinct from (v.facets, v.measure, coalesce(v.low, p.min_price), coalesce(v.high, p.max_price), v.before, v.choices);
    end if;
    return null;
end $$;

drop trigger products_follow_prices on product_variants;
drop trigger products_follow_retired on product_variants;
drop function products_follow_prices();
