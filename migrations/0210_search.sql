-- What a search reads: one document for each product, of its name (A), its category, tags, maker and the values of its options
-- (B), the SKUs of its variants (C) and its description (D), in stems without accents. It is made by triggers, so in the
-- transaction that writes any of it, whoever writes: the release before, too, which knows nothing of it.

-- Stems as `english` makes them, but of every word: a shop may sell cans. Which words of a search are too small to ask for is
-- decided when it is asked.
create text search dictionary shop_stem (template = snowball, language = english);
create text search configuration shop_search (copy = pg_catalog.english);
alter text search configuration shop_search alter mapping replace english_stem with shop_stem;

-- Words apart: what is a sign would make an address or a number of its neighbours.
create function search_text(text) returns text
    language sql immutable parallel safe strict
    return translate(public.plain($1), '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                ');

-- All of these words; null where there is none. Their names are written in full, as in plain().
create function search_query(text) returns tsquery language sql immutable parallel safe strict as $$
    select string_agg(quote_literal(l), ' & ')::tsquery
    from unnest(tsvector_to_array(to_tsvector('public.shop_search'::regconfig, public.search_text($1)))) l
$$;

-- Words that begin so. Not by their stem: `wedding` would find what is wedged.
create function search_beginning(text) returns tsquery language sql immutable parallel safe strict as $$
    select string_agg(quote_literal(l) || ':*', ' & ')::tsquery
    from unnest(tsvector_to_array(to_tsvector('pg_catalog.simple'::regconfig, public.search_text($1)))) l
$$;

-- Other words for it, as the owner gives them: who searches for `word` finds what `means` finds, too.
create table search_synonyms (
    word text not null,
    means text not null,
    constraint search_synonyms_once primary key (word, means),
    constraint search_synonyms_short check (length(word) between 1 and 40 and length(means) between 1 and 100)
);

create index search_synonyms_by_word on search_synonyms (search_query(word));

-- One word of a search: the word, what begins with it if that is wanted, and what the owner says is the same.
create function search_word(text, boolean) returns tsquery language sql stable as $$
    select string_agg('(' || o.query::text || ')', ' | ')::tsquery
    from (
        select search_query($1) as query
        union all
        select search_beginning($1) where $2 and length($1) > 1
        union all
        select search_query(s.means) from search_synonyms s where search_query(s.word) = search_query($1)
    ) o
    where o.query is not null
$$;

-- The words of all products as they are written, without accents: what a typo is held against. Nothing is taken out: a word
-- that finds nothing is not offered. There may be a word twice, of two who wrote it at once: a constraint would make one wait
-- for the other.
create table search_words (
    word text not null,
    -- The word, and with each of its letters left out: two words that share one of these differ by a letter or so.
    cuts text[] not null
);

create index search_words_by_word on search_words (word);
create index search_words_by_cuts on search_words using gin (cuts);
create index search_words_alike on search_words using gin (word gin_trgm_ops);

create function search_cuts(text) returns text[] language sql immutable parallel safe strict as $$
    select array_agg(distinct left($1, n) || substr($1, n + 2)) from generate_series(0, length($1)) n
$$;

-- Null: it is to be made.
alter table products add column search_document tsvector;

-- Its plans are kept for as long as a session lives, also one that was made while there were no words: so it looks each of them
-- up, and never reads them all.
create function products_follow_words() returns trigger language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    category text := (select c.slug || ' ' || c.name from categories c where c.slug = new.category);
    choices text;
    skus text;
    description text := left(coalesce(new.description, ''), 20000);
    facts text;
begin
    select string_agg(array_to_string(v.options, ' '), ' '), string_agg(v.sku, ' ') into choices, skus
    from product_variants v where v.product_id = new.id and v.retired_at is null;
    facts := concat_ws(' ', category, array_to_string(new.tags, ' '), new.vendor, choices);
    new.search_document :=
        setweight(to_tsvector('public.shop_search', search_text(new.name)), 'A')
        || setweight(to_tsvector('public.shop_search', search_text(facts)), 'B')
        || setweight(to_tsvector('public.shop_search', search_text(coalesce(skus, ''))), 'C')
        || setweight(to_tsvector('public.shop_search', search_text(description)), 'D');
    insert into search_words (word, cuts)
    select n.word, search_cuts(n.word)
    from (
        select distinct w.word
        -- Those of a description that stays are known. (`old` is null where one is inserted.)
        from regexp_split_to_table(search_text(concat_ws(' ', new.name, facts, case
            when old.search_document is null or old.description is distinct from new.description then description
        end)), '\s+') w(word)
        where w.word ~ '^[[:alpha:]]{3,30}$'
    ) n
    where not exists (select from search_words s where s.word = n.word);
    return new;
end $$;

create trigger products_follow_words_new before insert on products
    for each row execute function products_follow_words();

create trigger products_follow_words before update of name, category, tags, vendor, description, search_document on products
    for each row when (
        new.search_document is null
        or (old.name, old.category, old.tags, old.vendor, old.description)
            is distinct from (new.name, new.category, new.tags, new.vendor, new.description)
    ) execute function products_follow_words();

-- As with prices: under the product's own lock, by a statement that begins after it is held. Once for each product, however many
-- of its variants a statement writes, and in the order in which staff lock many.
create function products_follow_choices() returns trigger language plpgsql as $$
declare
    changed uuid[];
begin
    if tg_op = 'INSERT' then
        changed := array(select distinct w.product_id from written w);
    else
        changed := array(
            select distinct n.product_id
            from (
                select w.id, w.product_id, w.sku, w.options, w.retired_at from written w
                except
                select b.id, b.product_id, b.sku, b.options, b.retired_at from was b
            ) n
        );
    end if;
    if cardinality(changed) > 0 then
        perform 1 from products p where p.id = any(changed) order by p.slug for no key update;
        update products set search_document = null where id = any(changed);
    end if;
    return null;
end $$;

create trigger products_follow_choices_new after insert on product_variants
    referencing new table as written for each statement execute function products_follow_choices();

create trigger products_follow_choices after update on product_variants
    referencing old table as was new table as written for each statement execute function products_follow_choices();
