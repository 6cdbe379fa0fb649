-- no-transaction
-- The back office lists products by their status: of a hundred thousand a few may be drafts. One statement: it has no
-- transaction.
create index concurrently if not exists products_by_status on products (status, id);
