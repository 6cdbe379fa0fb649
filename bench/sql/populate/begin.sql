-- A shop of any size, by statements over sets: first of `bench/sql/populate`, which `bench/src/populate.rs` names in their order. They
-- are one session, and want three settings of it: `populate.products`, how many products there are to be, those that were made before
-- counted, `populate.orders`, and `populate.customers`, whether every other order is of somebody with an account and some are open
-- (1, else 0). What is made follows from its number alone, so a shop that grows is the same as one that was made
-- so large at once, but for its dates.
--
-- Five million rows that each fire half a dozen triggers would take hours. So triggers are silent meanwhile, and what they write
-- stands in these statements; `check.sql` lets the triggers themselves write a sample anew and compares. Foreign keys are triggers,
-- too; `check.sql` looks whether all that is named is there.

set client_min_messages = warning;
set work_mem = '256MB';
set maintenance_work_mem = '1GB';
-- Nobody else works here, and what is lost is made again.
set synchronous_commit = off;
set jit = off;
set random_page_cost = 1.1;

-- A number that looks like chance, from 0 to `below` - 1, the same each time.
create function pg_temp.chance(of integer, salt integer, below integer) returns integer language sql immutable parallel safe as $$
    select ((hashint4extended($1, $2) & 2147483647) % $3)::integer
$$;

-- Ids as the shop makes them: of one kind, they lie in the order in which they came.
create function pg_temp.id(kind text, n bigint) returns uuid language sql immutable parallel safe as $$
    select (lpad(to_hex(1700000000000 + 1000 * $2), 12, '0')
        || overlay(overlay(left(md5($1 || $2), 20) placing '7' from 1) placing '8' from 5))::uuid
$$;

create function pg_temp.product(n integer) returns uuid language sql immutable parallel safe as $$
    select pg_temp.id('product', $1)
$$;

create function pg_temp.variant(n integer, place integer) returns uuid language sql immutable parallel safe as $$
    select pg_temp.id('variant', 8::bigint * $1 + $2)
$$;

-- Those that are there, and those that are to be.
create temp table bounds as
select
    (select count(*)::integer from products p where p.slug ~ '-c[0-9]{7}$') as products_before,
    current_setting('populate.products')::integer as products,
    (select count(*)::integer from orders o where o.email like '%@populated.example.org') as orders_before,
    current_setting('populate.orders')::integer as orders,
    current_setting('populate.customers')::integer = 1 as has_customers;

create temp table things (place integer generated always as identity, department text, name text, made_of text);
insert into things (department, name, made_of) values
    ('Table', 'Mug', 'clay'), ('Table', 'Dinner Plate', 'clay'), ('Table', 'Bowl', 'clay'), ('Table', 'Teapot', 'clay'),
    ('Table', 'Jug', 'clay'), ('Table', 'Espresso Cup', 'clay'), ('Table', 'Platter', 'clay'), ('Table', 'Carafe', 'clay'),
    ('Kitchen Shelf', 'Chopping Board', 'wood'), ('Kitchen Shelf', 'Rolling Pin', 'wood'), ('Kitchen Shelf', 'Spoon', 'wood'),
    ('Kitchen Shelf', 'Pepper Mill', 'wood'), ('Kitchen Shelf', 'Skillet', 'metal'), ('Kitchen Shelf', 'Saucepan', 'metal'),
    ('Kitchen Shelf', 'Kettle', 'metal'), ('Kitchen Shelf', 'Storage Jar', 'clay'),
    ('Linen Cupboard', 'Cushion', 'cloth'), ('Linen Cupboard', 'Throw', 'cloth'), ('Linen Cupboard', 'Tea Towel', 'cloth'),
    ('Linen Cupboard', 'Napkin', 'cloth'), ('Linen Cupboard', 'Bedspread', 'cloth'), ('Linen Cupboard', 'Table Runner', 'cloth'),
    ('Linen Cupboard', 'Rug', 'cloth'), ('Linen Cupboard', 'Bath Towel', 'cloth'),
    ('Rooms', 'Stool', 'wood'), ('Rooms', 'Side Table', 'wood'), ('Rooms', 'Bench', 'wood'), ('Rooms', 'Cabinet', 'wood'),
    ('Rooms', 'Desk Lamp', 'metal'), ('Rooms', 'Floor Lamp', 'metal'), ('Rooms', 'Candlestick', 'metal'), ('Rooms', 'Vase', 'clay'),
    ('Outdoors', 'Planter', 'clay'), ('Outdoors', 'Watering Can', 'metal'), ('Outdoors', 'Trowel', 'metal'),
    ('Outdoors', 'Gathering Basket', 'wood'),
    ('Desk', 'Notebook', 'cloth'), ('Desk', 'Pencil Case', 'cloth'), ('Desk', 'Pen Pot', 'metal'), ('Desk', 'Letter Tray', 'wood');

create temp table materials (made_of text, place integer, name text, primary key (made_of, place));
insert into materials values
    ('clay', 0, 'Stoneware'), ('clay', 1, 'Porcelain'), ('clay', 2, 'Terracotta'), ('clay', 3, 'Glass'), ('clay', 4, 'Enamel'),
    ('wood', 0, 'Oak'), ('wood', 1, 'Walnut'), ('wood', 2, 'Beech'), ('wood', 3, 'Cherry'), ('wood', 4, 'Willow'),
    ('metal', 0, 'Brass'), ('metal', 1, 'Copper'), ('metal', 2, 'Iron'), ('metal', 3, 'Steel'), ('metal', 4, 'Pewter'),
    ('cloth', 0, 'Linen'), ('cloth', 1, 'Cotton'), ('cloth', 2, 'Lambswool'), ('cloth', 3, 'Hemp'), ('cloth', 4, 'Felt');

-- Department, thing, and what it is made of: 6, 40 and 200. They are few, so their triggers fire.
insert into categories (slug, name, description, position)
select 'all-' || lower(replace(d.department, ' ', '-')), d.department, 'All there is for it.', 1000 + d.place
from (select department, min(place) as place from things group by department) d
on conflict do nothing;

insert into categories (slug, name, description, position, parent)
select 'all-' || lower(replace(t.name, ' ', '-')) || 's', t.name || 's', 'Each made by somebody.', 2000 + t.place,
    'all-' || lower(replace(t.department, ' ', '-'))
from things t
on conflict do nothing;

insert into categories (slug, name, description, position, parent)
select lower(m.name || '-' || replace(t.name, ' ', '-')) || 's', m.name || ' ' || t.name || 's', 'Each made by somebody.',
    3000 + 5 * t.place + m.place, 'all-' || lower(replace(t.name, ' ', '-')) || 's'
from things t join materials m on m.made_of = t.made_of
on conflict do nothing;

-- What is inserted goes into a heap alone; indexes are made anew at the end, which is ten times as quick. Those of constraints stay.
create temp table indexes as
select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
from pg_index i
where i.indrelid in ('products'::regclass, 'product_variants'::regclass, 'inventory'::regclass, 'stock_movements'::regclass,
        'orders'::regclass, 'order_items'::regclass, 'reviews'::regclass, 'search_words'::regclass, 'stock_reservations'::regclass,
        'users'::regclass, 'payments'::regclass)
    and not exists (select from pg_constraint c where c.conindid = i.indexrelid)
    -- What is small is quicker left alone.
    and (select greatest(b.products - b.products_before, b.orders - b.orders_before) >= 50000 from bounds b);

do $$
declare
    name text;
begin
    for name in select i.name from indexes i loop
        execute 'drop index ' || name;
    end loop;
end $$;

set session_replication_role = replica;
