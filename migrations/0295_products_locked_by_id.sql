-- Whoever locks several products does so by their ids (`usecase/ports.rs`), these triggers, too. By their slugs two could wait for
-- each other: who waited while a product got another slug went on in the order of before. What they do is as in 0250 and 0280.
-- The release before locks by slugs still: while both run, two that meet are tried again.

create or replace function products_follow_ratings() returns trigger language plpgsql as $$
declare
    changed uuid[];
begin
    changed := array(
        select w.product_id from written w join products p on p.id = w.product_id
        where p.rated <> rating_rank(w.one, w.two, w.three, w.four, w.five)
    );
    if cardinality(changed) > 0 then
        perform 1 from products p where p.id = any(changed) order by p.id for no key update;
        update products p set rated = rating_rank(w.one, w.two, w.three, w.four, w.five)
        from written w where p.id = w.product_id and p.id = any(changed);
    end if;
    return null;
end $$;

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
        perform 1 from products p where p.id = any(changed) order by p.id for no key update;
        update products p set facets = v.facets, facet_pairs = v.facet_pairs, measure = v.measure,
            min_price = coalesce(v.low, p.min_price), max_price = coalesce(v.high, p.max_price),
            compare_at_price = v.before, choices = v.choices
        from unnest(changed) c(id) cross join lateral variants_tell(c.id) v
        where p.id = c.id
            and (p.facets, p.facet_pairs, p.measure, p.min_price, p.max_price, p.compare_at_price, p.choices)
                is distinct from (v.facets, v.facet_pairs, v.measure, coalesce(v.low, p.min_price),
                    coalesce(v.high, p.max_price), v.before, v.choices);
    end if;
    return null;
end $$;
