-- no-transaction
-- A promotion for first orders asks whether somebody ordered before, of guests by their address. One statement: it has no
-- transaction.
create index concurrently if not exists orders_by_email on orders (lower(email));
