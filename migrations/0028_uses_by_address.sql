-- Uses of promotions are counted by e-mail address, with an account or without: whoever orders as a guest and then signs in,
-- or the other way round, is one customer. Until now an account was counted by its id; what stands under ids is moved.
--
-- Release 0.2 goes on counting accounts by id beside this one: such uses stay where they are, and given back they are found
-- there, for the order keeps the key.

select id from promotions order by id for no key update;

create temporary table moved_keys on commit drop as
    select u.id::text as old, encode(sha256(convert_to(lower(u.email::text collate "C"), 'UTF8')), 'hex') as new
    from users u where exists (select from promotion_uses p where p.customer_key = u.id::text);

insert into promotion_uses as p (promotion_id, customer_key, uses)
    select u.promotion_id, m.new, sum(u.uses) from promotion_uses u join moved_keys m on m.old = u.customer_key
    group by u.promotion_id, m.new
    on conflict (promotion_id, customer_key) do update set uses = p.uses + excluded.uses;

delete from promotion_uses u using moved_keys m where u.customer_key = m.old;

update order_discounts d set customer_key = m.new from moved_keys m where d.customer_key = m.old;
