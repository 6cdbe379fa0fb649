-- A hundred thousand products, customers and orders, for what the lists of the back office cost then. Every other order is a
-- guest's; of twenty one waits to be paid, and two are to be packed.

insert into products (id, slug, name, description, category, min_price, max_price, choices, created_at)
select gen_random_uuid(), 'many-' || n, 'Bowl ' || left(md5(n::text), 8), 'Thrown by hand, number ' || n || '.',
    (array(select c.slug from categories c order by c.slug))[1 + n % (select count(*)::integer from categories)],
    10 + n % 90, 10 + n % 90, 1,
    now() - n * interval '1 minute'
from generate_series(1, 100000) n;

insert into product_variants (id, product_id, sku, price)
select gen_random_uuid(), p.id, upper(p.slug), p.min_price from products p where p.slug like 'many-%';

insert into inventory (variant_id, stock)
select v.id, abs(hashtext(v.sku)) % 100 from product_variants v where v.sku like 'MANY-%';

insert into stock_movements (variant_id, units, cause)
select i.variant_id, i.stock, 'initial'
from inventory i join product_variants v on v.id = i.variant_id where v.sku like 'MANY-%' and i.stock > 0;

insert into users (id, name, email, password_hash, role, created_at)
select gen_random_uuid(), 'Customer ' || n, 'customer-' || n || '@many.example.org', 'none', 'customer',
    now() - n * interval '1 minute'
from generate_series(1, 100000) n;

insert into orders (id, user_id, email, status, reservation, cancel_reason, currency, total, subtotal, shipping_address,
    created_at, expires_at, updated_at)
select gen_random_uuid(), u.id, coalesce(u.email::text, 'guest-' || n || '@many.example.org'),
    case when n % 20 = 0 then 'pending' when n % 20 in (1, 2) then 'paid' when n % 20 = 3 then 'cancelled' else 'completed' end,
    case when n % 20 = 0 then 'reserved' when n % 20 = 3 then 'released' else 'claimed' end,
    case when n % 20 = 3 then 'by_customer' end, 'USD', 10 + n % 90, 10 + n % 90,
    jsonb_build_object('name', 'Person ' || n, 'line1', n || ' Measure Street', 'city', 'Graz', 'postal_code', '8010',
        'country', 'AT'),
    now() - (100000 - n) * interval '1 minute', now() + interval '1 day', now()
from generate_series(1, 100000) n
    left join users u on n % 2 = 0 and u.email = ('customer-' || n || '@many.example.org')::citext;

insert into order_items (id, order_id, product_id, variant_id, position, name, options, sku, quantity, price, line_total)
select gen_random_uuid(), o.id, v.product_id, v.id, 0, 'Bowl', '{}', v.sku, 1, o.total, o.total
from orders o
    join product_variants v on v.sku = 'MANY-' || split_part(o.shipping_address ->> 'name', ' ', 2)
where o.email like '%@many.example.org';

insert into payments (id, order_id, provider, state, amount, created_at, settled_at)
select gen_random_uuid(), o.id, 'sandbox', 'approved', o.total, o.created_at, o.created_at
from orders o where o.email like '%@many.example.org' and o.status in ('paid', 'completed');
