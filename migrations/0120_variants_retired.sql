-- A variant that staff take out of the shop is retired, never deleted: carts, orders and the ledger tell of it. Null: it is for
-- sale with its product. The release before knows nothing of it and goes on showing retired ones until it is gone.

alter table product_variants add column retired_at timestamptz;

-- As in 0011, but of variants that are for sale.
create or replace function product_cards() returns table (
    id uuid, slug text, name text, price numeric, price_varies boolean, compare_at_price numeric, image jsonb,
    choices integer, in_stock boolean,
    -- What cards are chosen and sorted by.
    category text, featured boolean, max_price numeric, search text, "position" integer, created_at timestamptz
) language sql stable as $$
    select p.id, p.slug, p.name, p.min_price, p.min_price < p.max_price,
        case when p.compare_at_price > p.min_price then p.compare_at_price end, p.images -> 0, p.choices,
        coalesce((
            select true from product_variants v join inventory i on i.variant_id = v.id
            where v.product_id = p.id and v.retired_at is null and i.stock > 0 limit 1
        ), false),
        p.category, p.featured, p.max_price, p.search, p.position, p.created_at
    from products p where p.status = 'active'
$$;

-- The same for the prices of a product. One whose variants are all retired keeps its prices, has no choice, and is not shown.
create or replace function products_follow_prices() returns trigger language plpgsql as $$
begin
    perform 1 from products where id = new.product_id for no key update;
    update products p
    set min_price = coalesce(v.low, p.min_price), max_price = coalesce(v.high, p.max_price),
        compare_at_price = v.before, choices = v.choices
    from (
        select min(price) as low, max(price) as high, count(*)::integer as choices,
            (array_agg(compare_at_price order by price, position))[1] as before
        from product_variants where product_id = new.product_id and retired_at is null
    ) v
    where p.id = new.product_id
        and (p.min_price, p.max_price, p.compare_at_price, p.choices)
            is distinct from (coalesce(v.low, p.min_price), coalesce(v.high, p.max_price), v.before, v.choices);
    return null;
end $$;

create trigger products_follow_retired after update of retired_at on product_variants
    for each row when (old.retired_at is distinct from new.retired_at) execute function products_follow_prices();
