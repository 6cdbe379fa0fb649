-- The orders that are new, of two years, nearly all of them completed: few products have most, and of two lines one was reviewed.
-- What they took from the shelf had come back to it before. Where there are customers, of twenty orders one was cancelled, and of the
-- last hours a hundred wait to be paid and two hundred to be packed: what is open is as much in a shop that has sold for years as in
-- a young one.

create temp table ordered as
select n, pg_temp.id('order', n) as id, pg_temp.id('line', n) as line, p.number as product, pg_temp.product(p.number) as product_id,
    1 + n % 5 as place, pg_temp.variant(p.number, 1 + n % 5) as variant_id, 1 + pg_temp.chance(n, 62, 3) as quantity,
    case when b.has_customers and n % 2 = 0 then pg_temp.id('customer', n / 2) end as user_id,
    s.status, case s.status when 'pending' then 'reserved' when 'cancelled' then 'released' else 'claimed' end as reservation,
    case when s.status in ('pending', 'paid') then now() - (b.orders - n) * interval '1 minute'
        else now() - pg_temp.chance(n, 63, 730 * 24 * 60) * interval '1 minute' end as at
from bounds b
    cross join generate_series((select orders_before + 1 from bounds), (select orders from bounds)) n
    cross join lateral (
        select 1 + floor(b.products * power(pg_temp.chance(n, 61, 1000000) / 1000000.0::float8, 3))::integer as number
    ) p
    cross join lateral (
        select case when not b.has_customers then 'completed' when n > b.orders - 100 then 'pending'
            when n > b.orders - 300 then 'paid' when n % 20 = 3 then 'cancelled' else 'completed' end as status
    ) s;

analyze ordered;

insert into users (id, name, email, password_hash, role, created_at)
select o.user_id, 'Customer ' || o.n / 2, 'customer-' || o.n / 2 || '@populated.example.org', 'none', 'customer', o.at
from ordered o where o.user_id is not null;

insert into orders (id, user_id, email, status, reservation, cancel_reason, currency, total, subtotal, shipping_address, created_at,
    expires_at, updated_at)
select o.id, o.user_id, case when o.user_id is null then 'guest-' || o.n else 'customer-' || o.n / 2 end || '@populated.example.org',
    o.status, o.reservation, case when o.status = 'cancelled' then 'by_customer' end, 'USD', o.quantity * v.price,
    o.quantity * v.price,
    jsonb_build_object('name', 'Person ' || o.n, 'line1', o.n || ' Measure Street', 'city', 'Graz', 'postal_code', '8010',
        'country', 'AT'),
    o.at, o.at + interval '1 day', least(o.at + interval '2 days', now())
from ordered o join product_variants v on v.id = o.variant_id;

insert into order_items (id, order_id, product_id, variant_id, position, name, options, sku, quantity, price, line_total)
select o.line, o.id, o.product_id, o.variant_id, 0, 'Product ' || o.product, v.options, v.sku, o.quantity, v.price,
    o.quantity * v.price
from ordered o join product_variants v on v.id = o.variant_id;

insert into payments (id, order_id, provider, state, amount, created_at, settled_at)
select pg_temp.id('payment', o.n), o.id, 'sandbox', 'approved', i.line_total, o.at, o.at
from ordered o join order_items i on i.id = o.line
where o.status not in ('pending', 'cancelled');

insert into reservations (order_id, state, decided_at) select o.id, o.reservation, o.at from ordered o;

insert into stock_reservations (order_id, variant_id, quantity, state)
select o.id, o.variant_id, o.quantity, o.reservation from ordered o;

insert into stock_movements (variant_id, units, cause, at)
select o.variant_id, sum(o.quantity), 'restock', now() - interval '750 days'
from ordered o where o.status <> 'cancelled' group by o.variant_id;

insert into stock_movements (variant_id, units, cause, order_id, at)
select o.variant_id, -o.quantity, 'reserve', o.id, o.at from ordered o;

insert into stock_movements (variant_id, units, cause, order_id, at)
select o.variant_id, o.quantity, 'release', o.id, o.at from ordered o where o.status = 'cancelled';

insert into reviews (id, order_id, order_item_id, product_id, stars, title, text, name, state, created_at, changed_at, published_at)
select pg_temp.id('review', o.n), o.id, o.line, o.product_id,
    -- As people are: most are content.
    (array[5, 5, 5, 5, 4, 4, 4, 3, 2, 1])[1 + pg_temp.chance(o.n, 64, 10)], 'As it was shown',
    'It came in time and is what the picture shows. Review ' || o.n || '.', 'Person ' || o.n, 'published',
    o.at + interval '9 days', o.at + interval '9 days', o.at + interval '10 days'
from ordered o
where o.n % 2 = 0 and o.status = 'completed';

insert into product_ratings (product_id, one, two, three, four, five)
select r.product_id, count(*) filter (where r.stars = 1), count(*) filter (where r.stars = 2), count(*) filter (where r.stars = 3),
    count(*) filter (where r.stars = 4), count(*) filter (where r.stars = 5)
from reviews r join ordered o on o.line = r.order_item_id
group by r.product_id
on conflict (product_id) do update set one = product_ratings.one + excluded.one, two = product_ratings.two + excluded.two,
    three = product_ratings.three + excluded.three, four = product_ratings.four + excluded.four,
    five = product_ratings.five + excluded.five;

-- As the worker reckons it (src/infrastructure/postgres/catalog/sold.rs).
create temp table lately as
select i.product_id, sum(i.quantity)::integer as units
from orders o join order_items i on i.order_id = o.id
where o.created_at >= now() - interval '30 days' and o.status in ('paid', 'shipped', 'completed')
group by i.product_id;

analyze lately;
analyze product_ratings;
