-- What is for sale. A product is what a shopper looks at, a variant what they buy; a product without options has exactly
-- one variant.

create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- unaccent() is only stable, since its dictionary could change; this one is promised not to, so it can be indexed.
create function plain(text) returns text
    language sql immutable parallel safe strict
    return lower(public.unaccent('public.unaccent', $1));

create table categories (
    slug text primary key,
    name text not null,
    description text not null,
    image jsonb,
    position integer not null
);

create table products (
    id uuid primary key,
    slug text not null,
    name text not null,
    description text,
    -- Only what is active is for sale; what was sold once is never deleted.
    status text not null default 'active',
    category text not null references categories (slug),
    featured boolean not null default false,
    -- [{"name", "alt"}], the first one stands in listings.
    images jsonb not null default '[]',
    -- The names of the options, in the order in which variants give their values.
    options text[] not null default '{}',
    position integer not null default 0,
    created_at timestamptz not null default now(),
    -- What cards and listings need of the variants, kept by the triggers below so that a listing is one index away.
    min_price numeric(12, 2) not null default 0,
    max_price numeric(12, 2) not null default 0,
    -- What the cheapest variant used to cost.
    compare_at_price numeric(12, 2),
    choices integer not null default 0,
    in_stock boolean not null default false,
    search text not null generated always as (plain(name || ' ' || category || ' ' || coalesce(description, ''))) stored,
    constraint products_slug_unique unique (slug),
    constraint products_status_known check (status in ('active', 'draft', 'archived'))
);

create index products_newest on products (created_at desc, position) where status = 'active';
create index products_by_price on products (min_price, position) where status = 'active';
create index products_by_category on products (category, position) where status = 'active';
create index products_search on products using gin (search gin_trgm_ops);

create table product_variants (
    id uuid primary key,
    product_id uuid not null references products (id),
    sku text not null,
    options text[] not null default '{}',
    price numeric(12, 2) not null,
    compare_at_price numeric(12, 2),
    -- The name of the picture that shows it.
    image text,
    position integer not null default 0,
    constraint product_variants_sku_unique unique (sku),
    constraint product_variants_price_positive check (price >= 0)
);

create index product_variants_by_product on product_variants (product_id, position);

create function products_follow_prices() returns trigger language plpgsql as $$
begin
    update products p
    set min_price = v.low, max_price = v.high, compare_at_price = v.before, choices = v.choices
    from (
        select min(price) as low, max(price) as high, count(*)::integer as choices,
            (array_agg(compare_at_price order by price, position))[1] as before
        from product_variants where product_id = new.product_id
    ) v
    where p.id = new.product_id
        and (p.min_price, p.max_price, p.compare_at_price, p.choices)
            is distinct from (v.low, v.high, v.before, v.choices);
    return null;
end $$;

create trigger products_follow_prices after insert or update of price, compare_at_price on product_variants
    for each row execute function products_follow_prices();
