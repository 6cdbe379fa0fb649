-- no-transaction
-- As 0310, of one product in 256: a word that half of all products have is one that half of a sixteenth have, still too many to be
-- told of. One statement: it has no transaction.
create index concurrently if not exists products_by_words_of_few on products using gin (search_document)
    with (gin_pending_list_limit = 256) where status = 'active' and right(id::text, 2) = '00';
