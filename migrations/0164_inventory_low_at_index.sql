-- no-transaction
-- As 0050, which the release before reads until it is gone. One statement: it has no transaction.
create index concurrently if not exists inventory_below_low_at on inventory (variant_id) where stock <= low_at;
