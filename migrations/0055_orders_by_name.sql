-- no-transaction
-- The back office finds orders by how the name begins. One statement: it has no transaction.
create index concurrently if not exists orders_by_name_start on orders
    (lower(shipping_address ->> 'name') text_pattern_ops);
