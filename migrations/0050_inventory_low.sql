-- no-transaction
-- The back office counts and lists what little is left of. One statement: it has no transaction.
create index concurrently if not exists inventory_low on inventory (variant_id) where stock <= 5;
