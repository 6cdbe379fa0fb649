-- no-transaction
-- What variants that are reduced today cost before, of a hundred products at a time: nobody who edits one waits longer. In the order in
-- which all who lock many do. What the release before writes meanwhile is right by its triggers (0331), and stays. Who begins again
-- goes on where it ended. One statement: it has no transaction.
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
