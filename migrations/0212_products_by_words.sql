-- no-transaction
-- Made once the documents are there. One statement: it has no transaction.
create index concurrently if not exists products_by_words on products using gin (search_document) where status = 'active';
