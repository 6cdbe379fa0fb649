-- What lets an order be one statement, and a guest's cart be priced in one.

-- A key that names an order cannot stay without it: whatever else the statement that places an order finds changed, it
-- writes all of it or nothing. Seen at the commit, since release 0.2 writes the key first. `not valid`: what is there was
-- written together.
alter table idempotency_keys add constraint idempotency_keys_with_their_order
    foreign key (order_id) references orders (id) deferrable initially deferred not valid;

-- Under which a guest's uses of promotions are counted (`promotion_uses`), as the program makes it from the address. Null,
-- or another address's, where release 0.2 wrote the address: who reads it makes it anew and compares.
alter table carts add column customer_key text;
