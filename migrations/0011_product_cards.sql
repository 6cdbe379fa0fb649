-- What a product's card shows, in one place. Whether it is in stock is not stored any more: two transactions that sold out
-- two variants of one product each saw the other's as it was and left a wrong flag, and the trigger that kept it locked
-- products after inventory, against the order of locks. It is read where it is shown: two probes of an index for each
-- card, a hundredth of a millisecond.
--
-- A function and not a view, since it depends on no column's type; PostgreSQL puts it into the statement that calls it as
-- it would a view. The sub-select has a limit so that it is run for the rows that are shown and not made a hash of all
-- stock. Whoever wants only what is in stock asks with `exists` and gets a semi-join.
create function product_cards() returns table (
    id uuid, slug text, name text, price numeric, price_varies boolean, compare_at_price numeric, image jsonb,
    choices integer, in_stock boolean,
    -- What cards are chosen and sorted by.
    category text, featured boolean, max_price numeric, search text, "position" integer, created_at timestamptz
) language sql stable as $$
    select p.id, p.slug, p.name, p.min_price, p.min_price < p.max_price,
        case when p.compare_at_price > p.min_price then p.compare_at_price end, p.images -> 0, p.choices,
        coalesce((
            select true from product_variants v join inventory i on i.variant_id = v.id
            where v.product_id = p.id and i.stock > 0 limit 1
        ), false),
        p.category, p.featured, p.max_price, p.search, p.position, p.created_at
    from products p where p.status = 'active'
$$;

drop trigger products_follow_stock on inventory;
drop function products_follow_stock();

-- The column stays for the release before, whose listings read it while the two run side by side; it goes with a later
-- release. What was made meanwhile is shown as to be had: its page and the cart say what is true.
alter table products alter column in_stock set default true;
comment on column products.in_stock is 'not kept any more: read product_cards()';

-- The prices of a product are taken from its variants under the product's own lock, and by a statement that begins after
-- the lock is held: two transactions that write two of its variants do not miss each other's.
create or replace function products_follow_prices() returns trigger language plpgsql as $$
begin
    perform 1 from products where id = new.product_id for no key update;
    update products p
    set min_price = v.low, max_price = v.high, compare_at_price = v.before, choices = v.choices
    from (
        select min(price) as low, max(price) as high, count(*)::integer as choices,
            (array_agg(compare_at_price order by price, position))[1] as before
        from product_variants where product_id = new.product_id
    ) v
    where p.id = new.product_id
        and (p.min_price, p.max_price, p.compare_at_price, p.choices)
            is distinct from (v.low, v.high, v.before, v.choices);
    return null;
end $$;
