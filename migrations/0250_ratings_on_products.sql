-- How a product is rated stands beside it, so that cards tell of it and listings are sorted and narrowed by it without a look
-- anywhere else; and tags count in a search for less than options do: name, category and options, SKU and tags, description.

-- How it is rated, as one number: the average in tenths of a star, rounded half up, as it is shown, a million times, and how many
-- gave stars (999,999 at most). So one column says both, in the order in which the best are told first. 0: nobody gave any.
create function rating_rank(one integer, two integer, three integer, four integer, five integer) returns integer
    language sql immutable parallel safe as $$
    select coalesce(((10::bigint * (s.one + 2 * s.two + 3 * s.three + 4 * s.four + 5 * s.five) + s.total / 2) / nullif(s.total, 0)
        * 1000000 + least(s.total, 999999))::integer, 0)
    from (select $1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $1::bigint + $2 + $3 + $4 + $5)
        s(one, two, three, four, five, total)
$$;

alter table products add column rated integer not null default 0;

-- By whoever writes a sum, the release before, too. Products in the order in which staff lock many; a sum that says nothing yet
-- locks none.
create function products_follow_ratings() returns trigger language plpgsql as $$
declare
    changed uuid[];
begin
    changed := array(
        select w.product_id from written w join products p on p.id = w.product_id
        where p.rated <> rating_rank(w.one, w.two, w.three, w.four, w.five)
    );
    if cardinality(changed) > 0 then
        perform 1 from products p where p.id = any(changed) order by p.slug for no key update;
        update products p set rated = rating_rank(w.one, w.two, w.three, w.four, w.five)
        from written w where p.id = w.product_id and p.id = any(changed);
    end if;
    return null;
end $$;

create trigger products_follow_ratings_new after insert on product_ratings
    referencing new table as written for each statement execute function products_follow_ratings();

create trigger products_follow_ratings after update on product_ratings
    referencing new table as written for each statement execute function products_follow_ratings();

-- As in 0232, and how it is rated, and its tags.
drop function product_cards();

create function product_cards() returns table (
    id uuid, slug text, name text, price numeric, price_varies boolean, compare_at_price numeric, image jsonb,
    choices integer, in_stock boolean,
    -- What cards are chosen and sorted by.
    category text, featured boolean, max_price numeric, search text, "position" integer, created_at timestamptz,
    sold integer, rated integer, tags text[]
) language sql stable as $$
    select p.id, p.slug, p.name, p.min_price, p.min_price < p.max_price,
        case when p.compare_at_price > p.min_price then p.compare_at_price end, p.images -> 0, p.choices,
        coalesce((
            select true from product_variants v join inventory i on i.variant_id = v.id
            where v.product_id = p.id and v.retired_at is null and i.stock > 0 limit 1
        ), false),
        p.category, p.featured, p.max_price, p.search, p.position, p.created_at, p.sold, p.rated, p.tags
    from products p where p.status = 'active'
$$;

-- As in 0210, with tags beside the SKUs.
create or replace function products_follow_words() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    category text := (select c.slug || ' ' || c.name from categories c where c.slug = new.category);
    choices text;
    skus text;
    tags text := array_to_string(new.tags, ' ');
    description text := left(coalesce(new.description, ''), 20000);
    facts text;
begin
    select string_agg(array_to_string(v.options, ' '), ' '), string_agg(v.sku, ' ') into choices, skus
    from product_variants v where v.product_id = new.id and v.retired_at is null;
    facts := concat_ws(' ', category, new.vendor, choices);
    new.search_document :=
        setweight(to_tsvector('public.shop_search', search_text(new.name)), 'A')
        || setweight(to_tsvector('public.shop_search', search_text(facts)), 'B')
        || setweight(to_tsvector('public.shop_search', search_text(concat_ws(' ', skus, tags))), 'C')
        || setweight(to_tsvector('public.shop_search', search_text(description)), 'D');
    insert into search_words (word, cuts)
    select n.word, search_cuts(n.word)
    from (
        select distinct w.word
        -- Those of a description that stays are known. (`old` is null where one is inserted.)
        from regexp_split_to_table(search_text(concat_ws(' ', new.name, facts, tags, case
            when old.search_document is null or old.description is distinct from new.description then description
        end)), '\s+') w(word)
        where w.word ~ '^[[:alpha:]]{3,30}$'
    ) n
    where not exists (select from search_words s where s.word = n.word);
    return new;
end $$;
