-- no-transaction
-- Fills in `lowest_before` (0331) of what is reduced today, a hundred products for each commit: whoever edits one of them waits for one
-- part at most. Locks products by id, as all who lock many. What was written since 0331 stays. Who begins again passes over what is
-- written. One statement: of several that are sent together PostgreSQL makes one transaction, in which `commit` fails.
do $$
declare
    behind uuid := '00000000-0000-0000-0000-000000000000';
    part uuid[];
begin
    loop
        part := array(select p.id from products p where p.id > behind order by p.id limit 100);
        exit when cardinality(part) = 0;
        behind := part[cardinality(part)];
        part := array(
            select distinct v.product_id from product_variants v
            where v.product_id = any(part) and v.compare_at_price > v.price and v.lowest_before is null
                and lowest_price_before(v.id, v.price) is not null
        );
        perform 1 from products p where p.id = any(part) order by p.id for no key update;
        update product_variants v set lowest_before = lowest_price_before(v.id, v.price)
        where v.product_id = any(part) and v.compare_at_price > v.price and v.lowest_before is null
            and lowest_price_before(v.id, v.price) is not null;
        commit;
    end loop;
end $$;
