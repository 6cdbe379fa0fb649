-- Who is billed, where that is another address than the one the order goes to.

alter table carts add column billing_address jsonb;
alter table orders add column billing_address jsonb;
