-- What is bought together with a product, what most orders had beside it first: reckoned in the background of orders of late
-- (`refresh_bought_together`), read with the product's page. A table of its own, and not a column of `products`: it is written
-- every quarter of an hour, and nobody who edits a product waits for that.
create table bought_together (
    product_id uuid primary key references products (id) on delete cascade,
    others uuid[] not null
);
