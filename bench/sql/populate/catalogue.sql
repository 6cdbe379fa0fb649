-- The products that are new with what their words, options and prices are, and their variants with what lies on the shelf.

create temp table made as
select
    n, pg_temp.product(n) as id,
    t.name as thing, m.name as material, t.made_of,
    lower(m.name || '-' || replace(t.name, ' ', '-')) || 's' as category,
    (array['Speckled', 'Ribbed', 'Raw Rim', 'Wide', 'Tall', 'Washed', 'Striped', 'Turned', 'Everyday', 'Round', 'Oval', 'Lidded',
        'Small', 'Large', 'Fluted', 'Matte', 'Glazed', 'Woven', 'Forged', 'Folding', 'Long-Handled', 'Deep', 'Narrow', 'Plain'
    ])[1 + pg_temp.chance(n, 3, 24)] as look,
    -- The larger a shop, the more names its things have: a new one with every twentieth product.
    initcap(r.syllables[1 + (n / 20) % 20] || r.syllables[1 + (n / 400) % 20] || r.syllables[1 + (n / 8000) % 20]
        || case when n >= 160000 then r.syllables[1 + n / 160000] else '' end) as pattern,
    'Workshop ' || initcap(r.syllables[1 + pg_temp.chance(n, 5, 20)] || r.syllables[1 + pg_temp.chance(n, 6, 20)]) as vendor,
    -- Every second has two options, the others one.
    case when n % 2 = 0 then array['Colour', 'Size'] else array['Colour'] end as options,
    case
        when t.made_of = 'clay' then 12 + pg_temp.chance(n, 7, 60)
        when t.made_of = 'wood' then 18 + pg_temp.chance(n, 7, 240)
        when t.made_of = 'metal' then 25 + pg_temp.chance(n, 7, 180)
        else 9 + pg_temp.chance(n, 7, 120)
    end::numeric(14, 3) as price,
    -- One of ten is reduced.
    pg_temp.chance(n, 8, 10) = 0 as is_reduced,
    (select array_agg(distinct g.tag) from (
        select (array['gift', 'kitchen', 'new home', 'wedding', 'winter', 'summer', 'everyday', 'festive', 'organic', 'recycled',
            'fair trade', 'vegan', 'washable', 'dishwasher safe', 'outdoor', 'small batch', 'local', 'heirloom', 'minimal', 'rustic',
            'modern', 'nordic', 'japanese', 'country', 'coastal', 'playful', 'quiet', 'bright', 'natural', 'plain'
        ])[1 + pg_temp.chance(n, 10 + g, 30) * pg_temp.chance(n, 20 + g, 30) / 30] as tag
        from generate_series(1, 1 + pg_temp.chance(n, 9, 3)) g
    ) g) as tags
from generate_series((select products_before + 1 from bounds), (select products from bounds)) n
    join things t on t.place = 1 + pg_temp.chance(n, 1, 40)
    join materials m on m.made_of = t.made_of and m.place = pg_temp.chance(n, 2, 5)
    cross join (select array['bo', 'ka', 'li', 'mer', 'no', 'per', 'ru', 'sol', 'ta', 'vin', 'wes', 'zel', 'fa', 'gri', 'hal', 'jo',
        'den', 'qui', 'lum', 'ost'] as syllables) r
-- What follows goes into indexes in their order.
order by n;

analyze made;

-- Five of each. One of five hundred products comes in a colour that is rare.
insert into product_variants (id, product_id, sku, options, price, compare_at_price, lowest_before, position, weight_grams, facets)
select pg_temp.variant(m.n, v.place), m.id, 'C' || lpad(m.n::text, 7, '0') || '-' || v.place, o.options, p.price,
    case when m.is_reduced then p.price + 6 end, case when m.is_reduced then p.price + 6 end,
    v.place, 200 + 10 * pg_temp.chance(m.n, 40, 200),
    o.facets
from made m
    cross join generate_series(1, 5) v(place)
    cross join lateral (select case when m.n % 500 = 7 and v.place = 1 then 'Vermilion' else (array['Moss', 'Oat', 'Ink', 'Clay', 'Sand',
        'Fog', 'Rust', 'Indigo', 'Olive', 'Chalk', 'Slate', 'Plum', 'Ochre', 'Rose', 'Teal', 'Ivory', 'Umber', 'Sage', 'Coral', 'Pine'
        -- Five that lie beside each other: none twice.
        ])[1 + (pg_temp.chance(m.n, 41, 20) + v.place) % 20] end as colour) c
    cross join lateral (select (array['Small', 'Medium', 'Large'])[1 + v.place % 3] as size) s
    -- As variant_facets() has them.
    cross join lateral (select
        case when m.n % 2 = 0 then array[c.colour, s.size] else array[c.colour] end as options,
        case when m.n % 2 = 0 then array[E'Colour\x1f' || c.colour, E'Size\x1f' || s.size]
            else array[E'Colour\x1f' || c.colour] end as facets
    ) o
    -- Two of five products have variants of more than one price.
    cross join lateral (select m.price + case when m.n % 5 < 2 then 4 * (v.place % 3) else 0 end as price) p;

-- One variant of six is sold out, and one product of fifty with all of its.
with opened as (
    insert into inventory (variant_id, stock)
    select pg_temp.variant(m.n, v.place), case
        when m.n % 50 = 11 or pg_temp.chance(8 * m.n + v.place, 42, 6) = 0 then 0 else 1 + pg_temp.chance(8 * m.n + v.place, 43, 80)
    end
    from made m cross join generate_series(1, 5) v(place)
    returning variant_id, stock
)
insert into stock_movements (variant_id, units, cause, at)
select o.variant_id, o.stock, 'initial', now() - interval '800 days' from opened o;

-- What a reduced variant cost until ten days ago.
insert into price_history (variant_id, price, compare_at_price, ended_at)
select v.id, v.compare_at_price, null, now() - interval '10 days'
from product_variants v join made m on m.id = v.product_id
where m.is_reduced;
