-- no-transaction
-- What came back into stock for an order's refunds and returns is found by them: `check` looks at every order. Only such
-- movements are in it. One statement: it has no transaction.
create index concurrently if not exists stock_movements_by_cause on stock_movements (cause_id) where cause_id is not null;
