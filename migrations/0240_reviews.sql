-- What buyers say of products, once for each line of an order, and how many stars each product has of what is shown. The sums are
-- kept by the transaction that publishes or takes back: no page counts reviews.

create table reviews (
    id uuid primary key,
    order_id uuid not null references orders (id),
    order_item_id uuid not null references order_items (id),
    product_id uuid not null references products (id),
    stars smallint not null,
    title text,
    text text not null,
    -- Under which everybody sees it.
    name text not null,
    state text not null default 'pending',
    -- Raised with each change by who wrote it: whoever publishes names the one that they have read.
    version bigint not null default 1,
    -- Why it was declined, for who wrote it.
    reason text,
    -- The shop's, below it.
    answer text,
    answered_at timestamptz,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    -- The last time. Null: it never was.
    published_at timestamptz,
    constraint reviews_once_per_line unique (order_item_id),
    constraint reviews_stars_range check (stars between 1 and 5),
    constraint reviews_state_known check (state in ('pending', 'published', 'declined')),
    constraint reviews_published_at_some_time check (state <> 'published' or published_at is not null)
);

create index reviews_by_order on reviews (order_id);
-- As a product's page shows them: the newest, the best, the worst first. Who is gone from what is shown is gone from these.
create index reviews_newest on reviews (product_id, published_at desc, id desc) where state = 'published';
create index reviews_by_stars on reviews (product_id, stars, published_at desc, id desc) where state = 'published';
-- As staff see them.
create index reviews_by_state on reviews (state, id desc);

create table product_ratings (
    product_id uuid primary key references products (id),
    -- So many gave so many stars.
    one integer not null default 0,
    two integer not null default 0,
    three integer not null default 0,
    four integer not null default 0,
    five integer not null default 0,
    total integer not null generated always as (one + two + three + four + five) stored,
    -- Of the stars; null: nobody gave any.
    average numeric(3, 2) generated always as (
        round((one + 2 * two + 3 * three + 4 * four + 5 * five)::numeric / nullif(one + two + three + four + five, 0), 2)) stored,
    constraint product_ratings_not_negative check (least(one, two, three, four, five) >= 0)
);
