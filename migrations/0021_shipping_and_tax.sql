-- What the shop decides about shipping and tax. Each is written as one whole set, whose version is raised with it: a
-- reader that knows the version need not read the set again, and an overtaken edit is refused.

create table settings_versions (
    name text primary key,
    version bigint not null default 1,
    constraint settings_versions_known check (name in ('shipping', 'tax', 'promotions'))
);

insert into settings_versions (name) values ('shipping'), ('tax'), ('promotions');

create table shipping_zones (
    id uuid primary key,
    name text not null,
    -- ISO 3166-1 alpha-2.
    countries text[] not null,
    -- Parts of countries, as `US-HI`. A zone that names neither is everywhere.
    regions text[] not null default '{}',
    position integer not null
);

create table shipping_methods (
    id uuid primary key,
    zone_id uuid not null references shipping_zones (id) on delete cascade,
    name text not null,
    kind text not null,
    -- Of a flat method and of picking up.
    price numeric(14, 3),
    -- Of the others: [{"up_to_grams", "price"}] or [{"from", "price"}].
    steps jsonb,
    -- The total of the goods, discounts taken off, from which it costs nothing.
    free_from numeric(14, 3),
    -- Working days until it is there.
    min_days integer not null,
    max_days integer not null,
    position integer not null,
    constraint shipping_methods_kind_known check (kind in ('flat', 'by_weight', 'by_total', 'pick_up')),
    constraint shipping_methods_priced check ((kind in ('flat', 'pick_up')) = (price is not null)
        and (kind in ('flat', 'pick_up')) = (steps is null)),
    constraint shipping_methods_not_negative check (price >= 0 and free_from >= 0),
    constraint shipping_methods_days_ordered check (0 <= min_days and min_days <= max_days)
);

create index shipping_methods_by_zone on shipping_methods (zone_id, position);

-- A shop that was there before goes on shipping for nothing, everywhere, until it decides otherwise.
insert into shipping_zones (id, name, countries, position)
    values ('01930000-0000-7000-8000-000000000001', 'Everywhere', '{}', 1);
insert into shipping_methods (id, zone_id, name, kind, price, min_days, max_days, position)
    values ('01930000-0000-7000-8000-000000000002', '01930000-0000-7000-8000-000000000001', 'Standard', 'flat', 0, 3, 5, 1);

create table tax_settings (
    only_row boolean primary key default true,
    -- Whether the prices of the catalogue have the tax in them.
    prices_include_tax boolean not null,
    -- The class by which shipping is taxed.
    shipping_class text not null,
    -- Whether businesses of other countries of the European Union account for the tax themselves.
    reverse_charge boolean not null,
    -- Where the shop is, whose tax is due on what is collected there.
    seller_country text not null,
    constraint tax_settings_one_row check (only_row),
    constraint tax_settings_class_known check (shipping_class in ('standard', 'reduced', 'zero'))
);

-- Without a rate it matters to nobody where the shop is; whoever sets the first rate says it.
insert into tax_settings (prices_include_tax, shipping_class, reverse_charge, seller_country)
    values (true, 'standard', false, 'US');

-- No rate by migration: a shop that was there before charges what it charged.
create table tax_rates (
    country text not null,
    -- Empty: the country as a whole, where no rate of the region stands.
    region text not null default '',
    class text not null,
    name text not null,
    -- In percent.
    rate numeric(6, 3) not null,
    position integer not null,
    primary key (country, region, class),
    constraint tax_rates_class_known check (class in ('standard', 'reduced', 'zero')),
    constraint tax_rates_in_range check (rate between 0 and 100)
);

alter table products add column tax_class text not null default 'standard';
alter table products add constraint products_tax_class_known check (tax_class in ('standard', 'reduced', 'zero')) not valid;
alter table product_variants
    add column weight_grams integer not null default 0,
    add column needs_shipping boolean not null default true;
alter table product_variants add constraint product_variants_weight_range check (weight_grams between 0 and 1000000) not valid;
