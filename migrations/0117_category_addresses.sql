-- What categories were called in addresses before: whoever asks for one of these is led to where the category is now. No
-- other category is given one of them; where a release that knows nothing of it has, that category goes first.

create table category_addresses (
    slug text primary key,
    category text not null references categories (slug) on delete cascade,
    changed_at timestamptz not null
);

create index category_addresses_by_category on category_addresses (category);
