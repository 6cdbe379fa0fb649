-- no-transaction
-- Staff look for orders whose items were not set aside, or were given back: few, among many that were. One statement: it has no
-- transaction.
create index concurrently if not exists orders_by_reservation on orders (reservation, number desc)
    where reservation in ('pending', 'rejected', 'released');
