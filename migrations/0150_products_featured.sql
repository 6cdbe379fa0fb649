-- no-transaction
-- What the first page shows: of all products those few that are featured. One statement: it has no transaction.
create index concurrently if not exists products_featured on products (position, id)
    where featured and status = 'active' and choices > 0;
