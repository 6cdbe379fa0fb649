-- What is counted of a product for its listing, and told on its card: the options that its variants have, each once, as
-- `product_variants.facets` has them, and how much the one holds whose price the card shows. Read out of the variants, a thousand
-- products cost ten thousand of them.

-- Null: they are to be made (0256).
alter table products add column facets text[];
alter table products add column measure text;

create function variants_tell(product uuid) returns table (facets text[], measure text) language sql stable as $$
    select
        coalesce((
            select array_agg(distinct f.pair) from product_variants v cross join unnest(v.facets) f(pair)
            where v.product_id = $1 and v.retired_at is null
        ), '{}'),
        (
            select v.measure from product_variants v where v.product_id = $1 and v.retired_at is null
            order by v.price, v.position, v.id limit 1
        )
$$;

-- As with words (0210), and with them where both change, so that a product is written once: by triggers, so in the transaction that
-- writes any of it, whoever writes; under the product's own lock, by a statement that begins after it is held; in the order in which
-- staff lock many. Plans are kept, also one that was made while there were no variants.
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
        update products p set search_document = null, facets = v.facets, measure = v.measure
        from unnest(changed) c(id) cross join lateral variants_tell(c.id) v
        where p.id = c.id;
    end if;
    return null;
end $$;

-- What words have nothing to do with: how much it holds, which one is the cheapest, and what an option is called.
create function products_follow_variants() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    changed uuid[] := array(
        select distinct n.product_id
        from (
            select w.id, w.product_id, w.facets, w.measure, w.price, w.position from written w
            except
            select b.id, b.product_id, b.facets, b.measure, b.price, b.position from was b
        ) n
    );
begin
    if cardinality(changed) > 0 then
        perform 1 from products p where p.id = any(changed) order by p.slug for no key update;
        update products p set facets = v.facets, measure = v.measure
        from unnest(changed) c(id) cross join lateral variants_tell(c.id) v
        where p.id = c.id and (p.facets, p.measure) is distinct from (v.facets, v.measure);
    end if;
    return null;
end $$;

-- After those of the choices: by their names.
create trigger products_follow_variants after update on product_variants
    referencing old table as was new table as written for each statement execute function products_follow_variants();
