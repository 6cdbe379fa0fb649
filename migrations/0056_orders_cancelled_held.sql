-- no-transaction
-- The back office shows what is held, also for cancelled orders that were not released yet: few at any time. One statement: it has no transaction.
create index concurrently if not exists orders_cancelled_held on orders (id)
    where status = 'cancelled' and reservation not in ('released', 'rejected');
