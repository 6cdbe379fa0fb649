-- no-transaction
-- The words of one product of sixteen, by its id's last digit, which says nothing else. A word that more of those have than a search
-- counts is found among them alone: the index of all tells every product that has it before a search sees one, half a million of
-- them. The predicate stands in `postgres/catalog/filters.rs` to the letter. One statement: it has no transaction.
create index concurrently if not exists products_by_words_of_some on products using gin (search_document)
    with (gin_pending_list_limit = 256) where status = 'active' and right(id::text, 1) = '0';
