-- no-transaction
-- Which two options one variant has, of the products that are there, five hundred at a time: nobody who edits one waits longer. In
-- the order in which all who lock many do. Who begins again goes on where it ended. One statement: it has no transaction.
do $$
declare
    behind uuid := '00000000-0000-0000-0000-000000000000';
    part uuid[];
begin
    loop
        part := array(select p.id from products p where p.id > behind order by p.id limit 500);
        exit when cardinality(part) = 0;
        perform 1 from products p where p.id = any(part) order by p.id for no key update;
        update products p set facet_pairs = v.facet_pairs
        from unnest(part) c(id) cross join lateral facts_of_variants(c.id) v
        where p.id = c.id and p.facet_pairs is null;
        behind := part[cardinality(part)];
        commit;
    end loop;
end $$;
