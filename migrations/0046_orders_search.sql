-- no-transaction
-- The back office finds orders by a part of the address or the name. One statement: it has no transaction.
create index concurrently if not exists orders_search on orders
    using gin (lower(email || ' ' || coalesce(shipping_address ->> 'name', '')) gin_trgm_ops);
