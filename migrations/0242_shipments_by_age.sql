-- no-transaction
-- The task that asks for reviews looks for what was sent some days ago.
create index concurrently if not exists shipments_by_age on shipments (created_at);
