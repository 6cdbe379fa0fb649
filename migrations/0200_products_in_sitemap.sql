-- no-transaction
-- The sitemap walks over everything that is for sale, by id, once an hour. One statement: it has no transaction.
create index concurrently if not exists products_in_sitemap on products (id) where status = 'active' and choices > 0;
