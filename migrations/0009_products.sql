-- Staff make products one at a time, and such a one may stand in no category. The text that is searched must then do
-- without it: a generated column cannot be changed, only made anew.

alter table products alter column category drop not null;

drop index products_search;
alter table products drop column search;
alter table products add column search text not null
    generated always as (plain(name || ' ' || coalesce(category, '') || ' ' || coalesce(description, ''))) stored;
create index products_search on products using gin (search gin_trgm_ops);

comment on column products.category is 'null: in none';

-- What the call that made the order was answered, so that the same call again is answered the same.
alter table idempotency_keys add column answer text;
