-- What the floor works on: the sample catalogue in plain tables, and the writes of a cart and an order without a rule
-- in them. A schema of its own, so that the shop's tables and books stay the shop's.

drop schema if exists floor cascade;
create schema floor;

create table floor.categories as select slug, name, position from categories;
alter table floor.categories add primary key (slug);

create table floor.products as
select p.id, p.slug, p.name, coalesce(p.description, '') as description, p.category, p.position, p.created_at, p.options,
    p.images -> 0 ->> 'name' as image, p.images -> 0 ->> 'alt' as alt,
    array(select i ->> 'name' from jsonb_array_elements(p.images) i) as images,
    array(select i ->> 'alt' from jsonb_array_elements(p.images) i) as alts,
    lower(p.name || ' ' || coalesce(p.category, '') || ' ' || coalesce(p.description, '')) as search,
    (select min(v.price) from product_variants v where v.product_id = p.id) as min_price,
    (select max(v.price) from product_variants v where v.product_id = p.id) as max_price,
    (select min(v.compare_at_price) from product_variants v where v.product_id = p.id) as compare_at_price,
    (select count(*)::integer from product_variants v where v.product_id = p.id) as choices,
    true as in_stock
from products p where p.status = 'active';
alter table floor.products add primary key (id);
create unique index on floor.products (slug);
create index on floor.products (category, position);
create index on floor.products (created_at desc, position, id);

create table floor.variants as
select v.id, v.product_id, v.sku, v.options, v.price, v.compare_at_price, v.image, v.position,
    coalesce(i.stock, 0) as stock
from product_variants v left join inventory i on i.variant_id = v.id;
alter table floor.variants add primary key (id);
create index on floor.variants (product_id, position);

create table floor.sessions (id uuid primary key, user_id uuid, cart_id uuid not null, expires_at timestamptz not null);
create table floor.users (id uuid primary key, email text not null unique, password_hash text not null);
create table floor.cart_items (
    cart_id uuid not null, variant_id uuid not null, quantity integer not null, price numeric(14, 3) not null,
    primary key (cart_id, variant_id)
);

create table floor.orders (
    id uuid primary key, number bigint generated always as identity, user_id uuid not null, email text not null,
    status text not null, total numeric(14, 3) not null, address jsonb not null, created_at timestamptz not null
);
create table floor.order_items (
    order_id uuid not null, variant_id uuid not null, quantity integer not null, price numeric(14, 3) not null,
    primary key (order_id, variant_id)
);
create table floor.movements (
    id bigint generated always as identity primary key, variant_id uuid not null, units integer not null, order_id uuid not null
);
create table floor.keys (user_id uuid not null, key text not null, order_id uuid not null, primary key (user_id, key));
create table floor.outbox (
    id bigint generated always as identity primary key, topic text not null, key uuid not null, payload jsonb not null
);
create table floor.payments (id uuid primary key, order_id uuid not null, amount numeric(14, 3) not null);

-- An order as one call: key, stock with its ledger, order, line, event. Null when it is sold out.
create function floor.place_order(buyer uuid, wanted uuid, units integer, key text, new_id uuid) returns bigint
language plpgsql as $$
declare
    made bigint;
    unit_price numeric;
begin
    insert into floor.keys values (buyer, place_order.key, new_id);
    update floor.variants set stock = stock - units where id = wanted and stock >= units returning price into unit_price;
    if unit_price is null then
        return null;
    end if;
    insert into floor.movements (variant_id, units, order_id) values (wanted, -place_order.units, new_id);
    insert into floor.orders (id, user_id, email, status, total, address, created_at)
        values (new_id, buyer, 'floor@example.org', 'pending', units * unit_price,
            '{"line1": "1 Floor Street", "city": "Floor"}', now())
        returning number into made;
    insert into floor.order_items values (new_id, wanted, units, unit_price);
    insert into floor.outbox (topic, key, payload) values ('order.created', new_id, jsonb_build_object('number', made));
    return made;
end $$;

-- A payment as one call.
create function floor.pay_order(paid uuid, payment uuid) returns boolean language plpgsql as $$
declare
    sum numeric;
begin
    update floor.orders set status = 'paid' where id = paid and status = 'pending' returning total into sum;
    if sum is null then
        return false;
    end if;
    insert into floor.payments values (payment, paid, sum);
    insert into floor.outbox (topic, key, payload) values ('order.paid', paid, jsonb_build_object('total', sum));
    return true;
end $$;

analyze;
