-- no-transaction
-- The task that completes orders looks for what was shipped. One statement: it has no transaction.
--
-- 0029 and 0031 did not do so: they built indexes on payments and refunds while these were locked, and 0029 dropped
-- `payments_one_open`, which the release before relied on. Both are from between two releases and were never released, so
-- they stay as they were applied. An index like the one that went would forbid what is right now (money that pays nothing
-- beside an open attempt); what it promised is kept by the two that came: `payments_one_started` lets the release before
-- begin one attempt at most, and `payments_one_paying` refuses it a second payment of an order, whose statement then
-- fails instead of counting twice. From here on indexes on tables that grow come this way.
create index concurrently if not exists orders_shipped on orders (id) where status = 'shipped';
