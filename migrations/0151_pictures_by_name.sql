-- no-transaction
-- A picture that leaves the place that showed it is found by its name. One statement: it has no transaction.
create index concurrently if not exists pictures_by_name on pictures (name) where name is not null;
