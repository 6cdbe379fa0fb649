-- no-transaction
-- The ratings of the products that are there, and the documents of those that have tags, five hundred at a time: nobody who edits
-- one waits longer. In the order in which staff lock many. Who begins again does it again. One statement: it has no transaction.
do $$
declare
    behind uuid := '00000000-0000-0000-0000-000000000000';
    part uuid[];
begin
    loop
        part := array(
            select p.id from products p
            where p.id > behind
                and (p.tags <> '{}' or exists (select from product_ratings r where r.product_id = p.id and r.total > 0))
            order by p.id limit 500
        );
        exit when cardinality(part) = 0;
        perform 1 from products p where p.id = any(part) order by p.slug for no key update;
        update products p set rated = rating_rank(r.one, r.two, r.three, r.four, r.five) from product_ratings r
        where r.product_id = p.id and p.id = any(part) and p.rated <> rating_rank(r.one, r.two, r.three, r.four, r.five);
        update products set search_document = null where id = any(part) and tags <> '{}';
        behind := part[cardinality(part)];
        commit;
    end loop;
end $$;
