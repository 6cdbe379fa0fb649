-- Plain facts of a product: who makes it, what it is tagged with, and what search engines are told in place of its name and
-- description. What a variant costs the shop is told to no shopper. The release before leaves all of it as it is.

alter table products
    add column vendor text not null default '',
    add column tags text[] not null default '{}',
    add column seo_title text not null default '',
    add column seo_description text not null default '';

alter table product_variants add column cost numeric(14, 3);
alter table product_variants add constraint product_variants_cost_positive check (cost >= 0) not valid;
