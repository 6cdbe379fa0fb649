-- no-transaction
-- What was given back at the provider is recorded once, by its name there. One statement: it has no transaction.
create unique index concurrently if not exists refunds_of_providers on refunds (payment_id, reference) where origin = 'provider';
