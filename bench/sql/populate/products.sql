-- The products themselves, written once, with all that triggers would have written into them one after the other: what their
-- variants tell (migrations 0002, 0120, 0255), how they are rated (0250), and their words (0210, 0250).

create temp table described as
select m.*, m.look || ' ' || m.material || ' ' || m.thing || ' ' || m.pattern as name,
    'A ' || lower(m.look || ' ' || m.thing) || ' in ' || lower(m.material) || ', ' || (array['thrown', 'turned', 'cut', 'woven', 'cast',
        'sewn'])[1 + pg_temp.chance(m.n, 80, 6)] || ' in small batches. ' || case when m.n % 2 = 0 then 'Handmade. ' else '' end
    || (array['The foot is left unglazed and sanded smooth.', 'Expect the tone to vary slightly from the picture.',
        'Wipe it clean with a damp cloth.', 'It will soften with every wash.', 'Oil it twice a year.', 'The edge is finished by hand.',
        'Stacks with others of its kind.', 'Comes in a box of plain card.'])[1 + pg_temp.chance(m.n, 81, 8)] || ' '
    || (array['Nine centimetres tall.', 'Twelve across.', 'Weighs less than it looks.', 'Made to be used daily.', 'Lasts for decades.',
        'Repairs are free for five years.'])[1 + pg_temp.chance(m.n, 82, 6)]
    -- Seven have a word that no other has, however many there are.
    || case when m.n in (113, 239, 347, 463, 587, 701, 853) then ' Named for Quendelburg.' else '' end as description
from made m;

create temp table told as
select v.product_id, min(v.price) as low, max(v.price) as high, count(*)::integer as choices,
    (array_agg(v.compare_at_price order by v.price, v.position))[1] as before,
    (array_agg(v.lowest_before order by v.price, v.position))[1] as lowest,
    string_agg(array_to_string(v.options, ' '), ' ' order by v.position) as choices_told,
    string_agg(v.sku, ' ' order by v.position) as skus
from product_variants v join made m on m.id = v.product_id
group by v.product_id;

create temp table faceted as
select v.product_id, array_agg(distinct f.pair) as facets
from product_variants v join made m on m.id = v.product_id cross join unnest(v.facets) f(pair)
group by v.product_id;

create temp table paired as
select v.product_id, array_agg(distinct a.facet || E'\x1e' || b.facet) as pairs
from product_variants v join made m on m.id = v.product_id
    cross join unnest(v.facets) a(facet) cross join unnest(v.facets) b(facet)
where a.facet < b.facet collate "C"
group by v.product_id;

analyze described;
analyze told;
analyze faceted;
analyze paired;

insert into products (id, slug, name, description, category, featured, options, position, created_at, min_price, max_price,
    compare_at_price, lowest_before, choices, vendor, tags, sold, rated, facets, facet_pairs, search_document)
select d.id, lower(replace(d.name, ' ', '-')) || '-c' || lpad(d.n::text, 7, '0'), d.name, d.description, d.category, false, d.options,
    pg_temp.chance(d.n, 83, 1000), now() - pg_temp.chance(d.n, 84, 1000 * 24 * 60) * interval '1 minute', t.low, t.high,
    t.before, t.lowest, t.choices, d.vendor, d.tags, coalesce(l.units, 0), coalesce(rating_rank(r.one, r.two, r.three, r.four, r.five), 0),
    f.facets, coalesce(q.pairs, '{}'),
    setweight(to_tsvector('public.shop_search', search_text(d.name)), 'A')
    || setweight(to_tsvector('public.shop_search', search_text(concat_ws(' ', c.slug || ' ' || c.name, d.vendor, t.choices_told))), 'B')
    || setweight(to_tsvector('public.shop_search', search_text(concat_ws(' ', t.skus, array_to_string(d.tags, ' ')))), 'C')
    || setweight(to_tsvector('public.shop_search', search_text(d.description)), 'D')
from described d
    join told t on t.product_id = d.id
    join faceted f on f.product_id = d.id
    left join paired q on q.product_id = d.id
    join categories c on c.slug = d.category
    left join lately l on l.product_id = d.id
    left join product_ratings r on r.product_id = d.id
order by d.n;

-- Those that were there were sold and rated since.
update products p set sold = n.sold, rated = n.rated
from (
    select p.id, coalesce(l.units, 0) as sold, coalesce(rating_rank(r.one, r.two, r.three, r.four, r.five), 0) as rated
    from products p
        left join lately l on l.product_id = p.id
        left join product_ratings r on r.product_id = p.id
    where not exists (select from made m where m.id = p.id)
) n
where n.id = p.id and (p.sold, p.rated) is distinct from (n.sold, n.rated);

insert into search_words (word, cuts)
select w.word, search_cuts(w.word)
from (
    select distinct w.word
    from (
        select d.name from described d union all select d.description from described d union all
        (select distinct concat_ws(' ', d.vendor, array_to_string(d.tags, ' ')) from described d) union all
        select c.slug || ' ' || c.name from categories c union all
        (select distinct array_to_string(v.options, ' ') from product_variants v join made m on m.id = v.product_id)
    ) s(text)
    cross join string_to_table(search_text(s.text), ' ') w(word)
) w
where w.word ~ '^[[:alpha:]]{3,30}$' and not exists (select from search_words s where s.word = w.word);
