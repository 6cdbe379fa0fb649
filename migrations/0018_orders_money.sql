-- Room for three decimals (dinars) in what is in carts, ordered, paid and refunded. In the order in which these tables are
-- locked everywhere. The release before rounds what it reads to two places.

alter table cart_items alter column price type numeric(14, 3);
alter table orders alter column total type numeric(14, 3);
alter table order_items
    alter column price type numeric(14, 3),
    alter column line_total type numeric(14, 3);
alter table payments alter column amount type numeric(14, 3);
alter table refunds alter column amount type numeric(14, 3);

comment on column payments.amount is 'in the currency of its order';
comment on column refunds.amount is 'in the currency of its order';
