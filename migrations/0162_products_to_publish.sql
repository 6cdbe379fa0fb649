-- no-transaction
-- Asked for every second, and there are few. One statement: it has no transaction.
create index concurrently if not exists products_to_publish on products (publish_at) where publish_at is not null;
