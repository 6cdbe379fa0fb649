-- Whoever locks several products does so by their ids (`usecase/ports.rs`), this trigger, too, as those of 0280. By their slugs
-- two could wait for each other: who waited while a product got another slug went on in the order of before. What it does is as
-- in 0250. The release before locks by slugs still: while both run, two that meet are tried again.

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
