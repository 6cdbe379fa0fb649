-- What is wrong with what was filled in, one row for each kind: of a sample of 200 products, the triggers themselves write what they
-- keep, in a transaction that the caller takes back, and it is compared with what stood there. And what is named is there.
--
-- `products_follow_words` takes options and SKUs in the order in which it meets them, so of a document every word counts with how
-- often and with which weights it stands, not where.

create function pg_temp.words(document tsvector) returns text language sql immutable as $$
    select string_agg(d.lexeme || ' ' || array_to_string(array(select w from unnest(d.weights) w order by w), ''), ', ' order by d.lexeme)
    from unnest($1) d
$$;

create temp table sampled as
select p.id, pg_temp.words(p.search_document) as words, p.facets, p.facet_pairs, p.min_price, p.max_price, p.compare_at_price,
    p.lowest_before, p.choices, p.measure, p.rated,
    (select array_agg(v.facets order by v.id) from product_variants v where v.product_id = p.id) as variants
from products p
where p.slug ~ '-c[0-9]{7}$'
order by md5(p.slug) limit 200;

create temp table words_before as select count(*) as words from search_words;

-- To what they are not, and then to what the triggers make of them.
update products p set min_price = 0, max_price = 0, compare_at_price = 1, lowest_before = 1, choices = 0, rated = -1, facets = null,
    facet_pairs = null, search_document = null
where p.id in (select id from sampled);
update product_variants v set facets = null where v.product_id in (select id from sampled);
update product_variants v set position = v.position + 1 where v.product_id in (select id from sampled);
update product_ratings r set five = r.five where r.product_id in (select id from sampled);
update products p set rated = 0
where p.rated = -1 and p.id in (select id from sampled) and not exists (select from product_ratings r where r.product_id = p.id);

select w.what from (
    select 'words of a product' as what, exists (select from sampled s join products p on p.id = s.id
        where pg_temp.words(p.search_document) is distinct from s.words) as is_wrong
    union all select 'options of a product', exists (select from sampled s join products p on p.id = s.id
        where (p.facets, p.facet_pairs, p.measure) is distinct from (s.facets, s.facet_pairs, s.measure))
    union all select 'options of a variant', exists (select from sampled s
        where s.variants is distinct from (select array_agg(v.facets order by v.id) from product_variants v where v.product_id = s.id))
    union all select 'prices of a product', exists (select from sampled s join products p on p.id = s.id
        where (p.min_price, p.max_price, p.compare_at_price, p.lowest_before, p.choices)
            is distinct from (s.min_price, s.max_price, s.compare_at_price, s.lowest_before, s.choices))
    union all select 'what a reduced variant cost before', exists (select from sampled s join product_variants v on v.product_id = s.id
        where v.lowest_before is distinct from case when v.compare_at_price > v.price then lowest_price_before(v.id, v.price) end)
    union all select 'how a product is rated', exists (select from sampled s join products p on p.id = s.id
        where p.rated is distinct from s.rated)
    -- A word that was missing was written just now.
    union all select 'words of the search', (select count(*) from search_words) <> (select words from words_before)
    union all select 'a sample of 200, or a fifth of all', (select count(*) from sampled)
        < least(200, (select count(*) / 5 from products p where p.slug ~ '-c[0-9]{7}$'))
    union all select 'indexes', exists (select from pg_index i where not i.indisvalid)
        or to_regclass('products_by_words') is null or to_regclass('product_variants_by_facets') is null
        or to_regclass('inventory_by_stock') is null or to_regclass('orders_sold_by_age') is null
    union all select 'a category', exists (select from products p
        where p.category is not null and not exists (select from categories c where c.slug = p.category))
    union all select 'the product of a variant', exists (select from product_variants v
        where not exists (select from products p where p.id = v.product_id))
    union all select 'the stock of a variant', exists (select from product_variants v
        where not exists (select from inventory i where i.variant_id = v.id))
    union all select 'the variant of a line', exists (select from order_items i
        where not exists (select from product_variants v where v.id = i.variant_id and v.product_id = i.product_id))
    union all select 'the line of a review', exists (select from reviews r
        where not exists (select from order_items i
            where i.id = r.order_item_id and i.order_id = r.order_id and i.product_id = r.product_id))
    union all select 'the sums of movements', exists (select from sampled s join product_variants v on v.product_id = s.id
        join inventory i on i.variant_id = v.id
        where i.stock <> (select coalesce(sum(m.units), 0) from stock_movements m where m.variant_id = v.id))
) w
where w.is_wrong;
