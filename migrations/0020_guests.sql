-- Guests order too: a cart keeps whom its checkout writes to, an order the guest's cart that placed it, and an idempotency
-- key belongs to a user or to a guest's cart. Release 0.2.0 goes on writing keys with (user_id, key).

alter table carts add column email text;

alter table orders add column cart_id uuid;
comment on column orders.cart_id is 'the cart of the guest who placed it; their session knows it. Null: placed by a user, or before 0.3';

alter table idempotency_keys
    drop constraint idempotency_keys_pkey,
    add constraint idempotency_keys_of_user unique (user_id, key);
alter table idempotency_keys
    alter column user_id drop not null,
    add column guest_id uuid,
    add constraint idempotency_keys_of_guest unique (guest_id, key),
    add constraint idempotency_keys_have_an_owner check (num_nonnulls(user_id, guest_id) = 1);
