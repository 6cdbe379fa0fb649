-- What variants cost before. Beside a price that is reduced stands the lowest of the 30 days before it was (Directive 98/6/EC,
-- article 6a). The database writes it down in the transaction of each change, so that no way to change a price misses it, not the
-- release before and not a statement by hand. No row is changed or taken away.

create table price_history (
    id bigint generated always as identity primary key,
    variant_id uuid not null references product_variants (id),
    -- What it cost until then, and what was struck beside it.
    price numeric(14, 3) not null,
    compare_at_price numeric(14, 3),
    ended_at timestamptz not null
);

create index price_history_by_variant on price_history (variant_id, id);

-- What nobody could buy for was no price. Null: for sale, if at all, since before this was written down.
alter table products add column on_sale_since timestamptz;

create function products_keep_prices() returns trigger language plpgsql as $$
begin
    if new.status = 'active' then
        new.on_sale_since := now();
    else
        insert into price_history (variant_id, price, compare_at_price, ended_at)
        select v.id, v.price, v.compare_at_price, clock_timestamp()
        from product_variants v where v.product_id = old.id and v.retired_at is null;
    end if;
    return new;
end $$;

create trigger products_keep_prices before update of status on products
    for each row when ((old.status = 'active') <> (new.status = 'active')) execute function products_keep_prices();

-- A draft that is given another price and put on sale at once never cost what it was to cost before.
create function product_variants_keep_price() returns trigger language plpgsql as $$
begin
    insert into price_history (variant_id, price, compare_at_price, ended_at)
    select old.id, old.price, old.compare_at_price, clock_timestamp()
    from products p
    where p.id = old.product_id and p.status = 'active' and coalesce(p.on_sale_since < now(), true);
    return null;
end $$;

create trigger product_variants_keep_price after update of price, compare_at_price, retired_at on product_variants
    for each row when (old.retired_at is null and (old.price is distinct from new.price
        or old.compare_at_price is distinct from new.compare_at_price or new.retired_at is not null))
    execute function product_variants_keep_price();

-- The lowest price of the 30 days before a variant was reduced to the price that it has now; null: none is known. The reduction
-- began when last something else was so: another price, or the same with nothing struck. It lasts as long as the price does, so
-- what is told does not change meanwhile.
create function lowest_price_before(variant uuid, price_now numeric) returns numeric language sql stable as $$
    select min(h.price)
    from price_history h, (
        select e.ended_at from price_history e
        where e.variant_id = variant and not (e.price = price_now and coalesce(e.compare_at_price > e.price, false))
        order by e.id desc limit 1
    ) began
    where h.variant_id = variant and h.ended_at <= began.ended_at
        and h.ended_at > began.ended_at - interval '30 days'
$$;
