-- no-transaction
-- The back office lists variants by how many there are. No update of stock was a heap-only one before: 0050 and 0164 ask for it,
-- too. One statement: it has no transaction.
create index concurrently if not exists inventory_by_stock on inventory (stock, variant_id);
