-- no-transaction
-- What is suggested while somebody types are categories, too, by the words of their names.
create index concurrently if not exists categories_by_words on categories using gin (to_tsvector('public.shop_search', search_text(name)));
