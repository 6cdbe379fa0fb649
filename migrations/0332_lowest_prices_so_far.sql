-- no-transaction
-- What variants that are reduced today cost before, five hundred products at a time: nobody who edits one waits longer. In the order in
-- which all who lock many do. What the release before writes meanwhile is right by its triggers (0331), and stays. Who begins again
-- goes on where it ended. One statement: it has no transaction.
do $$
declare
    behind uuid := '00000000-0000-0000-0000-000000000000';
    part uuid[];
begin
    loop
        part := array(
            select distinct v.product_id from product_variants v
            where v.product_id > behind and v.compare_at_price > v.price
            order by v.product_id limit 500
        );
        exit when cardinality(part) = 0;
        perform 1 from products p where p.id = any(part) order by p.id for no key update;
        update product_variants v set lowest_before = lowest_price_before(v.id, v.price)
        where v.product_id = any(part) and v.compare_at_price > v.price and v.lowest_before is null;
        behind := part[cardinality(part)];
        commit;
    end loop;
end $$;
