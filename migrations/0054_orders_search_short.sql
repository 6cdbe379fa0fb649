-- no-transaction
-- The back office finds orders by how the address begins, where three letters are not typed. One statement: it has no transaction.
create index concurrently if not exists orders_by_email_start on orders (lower(email) text_pattern_ops);
