-- Promotions, and the parts of which a total is made. The release before knows none of this: it writes orders without
-- parts, whose total is the sum of their lines.

create table promotions (
    id uuid primary key,
    name text not null,
    -- In capitals. Null: it applies by itself.
    code text,
    kind text not null,
    -- Percent.
    percent numeric(6, 3),
    amount numeric(14, 3),
    buy integer,
    get integer,
    -- The least total of the goods.
    minimum numeric(14, 3),
    -- Empty: every product of every category.
    products uuid[] not null default '{}',
    categories text[] not null default '{}',
    starts_at timestamptz,
    ends_at timestamptz,
    first_order_only boolean not null default false,
    -- Only for the person with this account.
    user_id uuid references users (id) on delete cascade,
    use_limit integer,
    limit_per_customer integer,
    stackable boolean not null default false,
    active boolean not null default true,
    position integer not null,
    -- How often it was used by orders that stand, where that is counted: with a code or a limit. Without either every
    -- order would wait for the one before, for nothing.
    uses integer not null default 0,
    constraint promotions_code_unique unique (code),
    constraint promotions_kind_known check (kind in ('percent', 'amount', 'free_shipping', 'buy_x_get_y')),
    constraint promotions_valued check ((kind = 'percent') = (percent is not null) and (kind = 'amount') = (amount is not null)
        and (kind = 'buy_x_get_y') = (buy is not null) and (kind = 'buy_x_get_y') = (get is not null)),
    constraint promotions_uses_not_negative check (uses >= 0)
);

-- How often each customer used a promotion that is counted.
create table promotion_uses (
    promotion_id uuid not null references promotions (id) on delete cascade,
    -- The id of the account; of a guest the SHA-256 of the e-mail address in small letters.
    customer_key text not null,
    uses integer not null,
    primary key (promotion_id, customer_key),
    constraint promotion_uses_not_negative check (uses >= 0)
);

alter table carts
    add column coupon text,
    -- Chosen in this checkout; whether there still is such a method is seen when it is used.
    add column shipping_method_id uuid,
    -- What shipping is estimated for before there is an address.
    add column estimate_country text,
    add column estimate_region text;

alter table orders
    -- Null: of a release before parts were kept.
    add column subtotal numeric(14, 3),
    add column discount_total numeric(14, 3) not null default 0,
    add column shipping_method_id uuid,
    -- Null: nothing had to be shipped.
    add column shipping_name text,
    add column shipping_price numeric(14, 3) not null default 0,
    -- The part of the discounts that was taken off the shipping.
    add column shipping_discount numeric(14, 3) not null default 0,
    add column shipping_min_days integer,
    add column shipping_max_days integer,
    -- It is collected at the shop.
    add column shipping_pick_up boolean not null default false,
    add column shipping_tax numeric(14, 3) not null default 0,
    add column shipping_tax_rate numeric(6, 3),
    add column tax_included boolean not null default true,
    add column tax_amount numeric(14, 3) not null default 0,
    -- The part of the tax that is not in the prices.
    add column tax_added numeric(14, 3) not null default 0,
    -- The buyer accounts for the tax.
    add column reverse_charge boolean not null default false;
-- `not valid`: what is there has no parts and is not read for it.
alter table orders add constraint orders_total_of_parts
    check (subtotal is null or total = subtotal - discount_total + shipping_price + tax_added) not valid;
alter table orders add constraint orders_parts_not_negative
    check (subtotal >= 0 and discount_total >= 0 and shipping_price >= 0 and shipping_discount >= 0 and shipping_tax >= 0
        and tax_amount >= 0 and tax_added >= 0 and shipping_discount <= discount_total) not valid;

alter table order_items
    -- Of the whole line, as the rest of it.
    add column discount numeric(14, 3) not null default 0,
    add column tax_class text,
    -- In percent. Null: no rate was set.
    add column tax_rate numeric(6, 3),
    add column tax_amount numeric(14, 3) not null default 0;
alter table order_items add constraint order_items_discount_not_negative check (discount >= 0) not valid;

create table order_discounts (
    order_id uuid not null references orders (id),
    position integer not null,
    -- No reference: promotions go, orders stay. Null: the tax that a reverse charge takes out of the prices.
    promotion_id uuid,
    label text not null,
    code text,
    amount numeric(14, 3) not null,
    -- Whose use was counted; null where none was, or it was given back.
    customer_key text,
    primary key (order_id, position),
    constraint order_discounts_amount_not_negative check (amount >= 0)
);

create table order_taxes (
    order_id uuid not null references orders (id),
    position integer not null,
    name text not null,
    rate numeric(6, 3) not null,
    amount numeric(14, 3) not null,
    primary key (order_id, position),
    constraint order_taxes_amount_not_negative check (amount >= 0)
);
