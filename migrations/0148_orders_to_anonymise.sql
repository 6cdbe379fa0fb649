-- no-transaction
-- Those that housekeeping looks for. One statement: it has no transaction.
create index concurrently if not exists orders_to_anonymise on orders (created_at)
    where account_closed_at is not null and anonymised_at is null;
