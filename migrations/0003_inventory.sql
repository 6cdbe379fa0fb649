-- Stock and the promises made on it. `inventory` is narrow and hot: what can still be promised. The CHECK is the last
-- line against overselling; the inventory consumer is the gate.

create table inventory (
    variant_id uuid primary key references product_variants (id),
    stock integer not null,
    constraint inventory_stock_not_negative check (stock >= 0)
) with (fillfactor = 70);

-- Append-only: at any moment a variant's stock is the sum of its movements.
create table stock_movements (
    id bigint generated always as identity primary key,
    variant_id uuid not null references product_variants (id),
    units integer not null,
    -- 'initial', 'correction', 'reserve' or 'release'.
    cause text not null,
    order_id uuid,
    at timestamptz not null default now(),
    constraint stock_movements_cause_known check (cause in ('initial', 'correction', 'reserve', 'release')),
    constraint stock_movements_once_per_cause unique (order_id, variant_id, cause)
);

create index stock_movements_by_variant on stock_movements (variant_id);

-- Listings say what is sold out. The product's row is touched only when that changes, not with every sale.
create function products_follow_stock() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and (old.stock > 0) = (new.stock > 0) then
        return null;
    end if;
    update products p
    set in_stock = exists (
        select 1 from product_variants v join inventory i on i.variant_id = v.id where v.product_id = p.id and i.stock > 0
    )
    from product_variants v
    where v.id = new.variant_id and p.id = v.product_id;
    return null;
end $$;

create trigger products_follow_stock after insert or update of stock on inventory
    for each row execute function products_follow_stock();
