-- no-transaction
-- The same by what was sold. Read from its end: what sold most, and of those that sold as much the first on the shelf. By itself: 0232
-- has products and variants to itself until it ends, and whoever looks at a page would wait for the index. One statement: it has no
-- transaction.
create index concurrently if not exists products_by_sold on products (sold, (-position::bigint), id)
    where status = 'active';
