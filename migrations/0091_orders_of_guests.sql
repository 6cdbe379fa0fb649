-- no-transaction
-- The back office finds a guest's first order and their last. One statement: it has no transaction.
create index concurrently if not exists orders_of_guests on orders (lower(email), number) where user_id is null;
