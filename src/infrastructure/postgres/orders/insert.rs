//! Writing an order with all its parts and all that goes with it, in one statement.
//!
//! Each part waits for the one before: the key, then the cart, the promotions, the order. Lines are written in the order of their
//! variants, for each waits for whoever gives its variant another sku. It is placed by the rules and the
//! prices it was priced by and under the terms that were read, or not at all. A key that is there without its order ends
//! the transaction (`idempotency_keys_with_their_order`), so whatever was in the way, nothing is written.

use rust_decimal::Decimal;
use sqlx::Postgres;
use sqlx::types::Json;

use crate::domain::{AppliedRate, Discount, Money};
use crate::usecase::{Error, NewOrder, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, idempotency, to_i32};

fn rate(applied: Option<&AppliedRate>) -> Option<Decimal> {
    applied.map(|applied| applied.rate.decimal())
}

/// What was taken off each line, as text.
fn shares(discount: &Discount) -> Json<Vec<String>> {
    Json(discount.lines.iter().map(|share| share.amount().to_string()).collect())
}

/// The key, first of all.
macro_rules! key_taken {
    () => {
        "with key as (
        insert into idempotency_keys (user_id, key, request, order_id, created_at, guest_id)
        values ($2, $42, sha256(convert_to($43, 'UTF8')), $1, $7, $41)
        on conflict do nothing returning order_id
    )"
    };
}

/// The cart, as it was when the order was made from it.
macro_rules! cart_emptied {
    () => {
        ", emptied as (
        update carts c set coupon = null, shipping_method_id = null, updated_at = case when c.user_id is null then now() else c.updated_at end from key
        where c.id = $53 and c.xmin::text::bigint = $54 returning c.id
    )"
    };
}

/// Whether nothing that the order was made from has changed, beside what `$cart` says of its cart.
macro_rules! is_unchanged {
    ($cart:literal) => {
        concat!(
            ", ready as (
        select order_id from key where ",
            $cart,
            " and ",
            versions_now!(),
            " = $50 and ",
            terms_now!(),
            " is not distinct from $51::bigint
            and not exists (select from unnest($11::uuid[], $16::numeric[]) as l (variant, price)
                left join product_variants v on v.id = l.variant
                where v.price is distinct from l.price or v.retired_at is not null)
    )"
        )
    };
}

/// The uses of promotions, each within its limits.
macro_rules! uses_counted {
    () => {
        ", locked as (
        select p.id from promotions p, ready where p.id = any($60) order by p.id for no key update of p
    ), counted as (
        update promotions p set uses = uses + 1 from locked l
        where p.id = l.id and (p.use_limit is null or p.uses < p.use_limit) returning p.id
    ), of_customer as (
        insert into promotion_uses as u (promotion_id, customer_key, uses)
        select id, $61, 1 from counted order by id
        on conflict (promotion_id, customer_key) do update set uses = u.uses + 1
            where u.uses < coalesce((select least(p.limit_per_customer, case when p.first_order_only then 1 end)
                from promotions p where p.id = u.promotion_id), u.uses + 1)
        returning promotion_id
    )"
    };
}

macro_rules! order_discounted {
    () => {
        ", discounted as (
        insert into order_discounts (order_id, position, promotion_id, label, code, amount, customer_key, lines,
            shipping)
        select o.id, d.place, d.promotion, d.label, d.code, d.amount, d.key,
            array(select jsonb_array_elements_text(d.lines)::numeric), d.shipping
        from placed o, unnest($55::uuid[], $56::text[], $57::text[], $58::numeric[], $59::text[], $62::jsonb[],
            $63::numeric[]) with ordinality as d (promotion, label, code, amount, key, lines, shipping, place)
    )"
    };
}

/// The order with the first of its history and its lines, if `$counted` is so, too.
macro_rules! order_placed {
    ($counted:literal) => {
        concat!(
            ", placed as (
        insert into orders (id, user_id, email, currency, total, shipping_address, created_at, expires_at,
            updated_at, subtotal, discount_total, shipping_method_id, shipping_name, shipping_price,
            shipping_discount, shipping_min_days, shipping_max_days, shipping_tax, shipping_tax_rate, tax_included,
            tax_amount, tax_added, reverse_charge, shipping_pick_up, billing_address, cart_id, number,
            terms_version)
        select order_id, $2, $3, $4, $5, $6, $7, $8, $7, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29,
            $30, $31, $39, $40, $41, $44, $51
        from ready where ",
            $counted,
            "
        returning id
    ), told as (
        insert into order_events (order_id, kind, at) select id, 'placed', $7 from placed
    ), lines as (
        insert into order_items (id, order_id, product_id, variant_id, position, name, options, sku, quantity,
            price, line_total, discount, tax_class, tax_rate, tax_amount)
        select l.id, o.id, l.product, l.variant, l.place, l.name,
            array(select jsonb_array_elements_text(l.options)), l.sku, l.quantity, l.price, l.total, l.discount,
            l.tax_class, l.tax_rate, l.tax
        from placed o, unnest($9::uuid[], $10::uuid[], $11::uuid[], $12::text[], $13::jsonb[], $14::text[],
            $15::int[], $16::numeric[], $17::numeric[], $32::numeric[], $33::text[], $34::numeric[], $35::numeric[])
            with ordinality as l (id, product, variant, name, options, sku, quantity, price, total, discount,
                tax_class, tax_rate, tax, place)
        order by l.variant
    )"
        )
    };
}

macro_rules! order_taxed {
    () => {
        ", taxed as (
        insert into order_taxes (order_id, position, name, rate, amount)
        select o.id, t.place, t.name, t.rate, t.amount
        from placed o, unnest($36::text[], $37::numeric[], $38::numeric[]) with ordinality
            as t (name, rate, amount, place)
    )"
    };
}

macro_rules! cart_cleared {
    () => {
        ", cleared as (
        delete from cart_items where cart_id in (select id from emptied)
    )"
    };
}

/// Its event; and what the statement answers: whether the key was new.
macro_rules! event_appended {
    () => {
        ", appended as (
        insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
        select $45, $46, $47, $48, $49, $52, $7 from placed
    )
    select exists (select from key)"
    };
}

/// Of items that a program named, at no discount. What a part costs that writes nothing is as much as what it would write, so a
/// statement has what its order needs; and what only some need is asked for by the last parameters.
const OF_ITEMS: &str =
    concat!(key_taken!(), is_unchanged!("true"), order_placed!("true"), order_taxed!(), event_appended!());

const OF_CART: &str = concat!(
    key_taken!(),
    cart_emptied!(),
    is_unchanged!("exists (select from emptied)"),
    order_placed!("true"),
    order_taxed!(),
    cart_cleared!(),
    event_appended!()
);

/// Of either.
const WITH_DISCOUNTS: &str = concat!(
    key_taken!(),
    cart_emptied!(),
    is_unchanged!("($53::uuid is null or exists (select from emptied))"),
    uses_counted!(),
    order_placed!("(select count(*) from of_customer) = cardinality($60::uuid[])"),
    order_discounted!(),
    order_taxed!(),
    cart_cleared!(),
    event_appended!()
);

pub(super) async fn insert(store: &PgStore, order: &NewOrder) -> Result<()> {
    let (items, totals) = (&order.items, &order.totals);
    let (discounts, taxes) = (&totals.discounts, &totals.tax.lines);
    let (user, guest) = idempotency::columns(order.key.owner);
    // Options are an array per item, which unnest would flatten: they travel as JSON.
    let options: Vec<_> = items.iter().map(|i| Json(&i.options)).collect();
    let zero = Money::zero(totals.currency);
    let shipping = totals.shipping.as_ref();
    let days = order.shipping.as_ref().and_then(|s| s.days);
    let has_discounts = !discounts.is_empty() || !order.uses.promotions.is_empty();
    let statement = match order.cart {
        _ if has_discounts => WITH_DISCOUNTS,
        Some(_) => OF_CART,
        None => OF_ITEMS,
    };
    let mut query = sqlx::query_scalar::<Postgres, bool>(statement)
        .bind(order.id.0)
        .bind(user)
        .bind(order.email.as_str())
        .bind(totals.currency.code())
        .bind(totals.total.amount())
        .bind(order.address.as_ref().map(Json))
        .bind(order.created_at)
        .bind(order.expires_at)
        .bind(items.iter().map(|i| i.id.0).collect::<Vec<_>>())
        .bind(items.iter().map(|i| i.product_id.0).collect::<Vec<_>>())
        .bind(items.iter().map(|i| i.variant_id.0).collect::<Vec<_>>())
        .bind(items.iter().map(|i| i.name.as_str()).collect::<Vec<_>>())
        .bind(options)
        .bind(items.iter().map(|i| i.sku.as_str()).collect::<Vec<_>>())
        .bind(items.iter().map(|i| to_i32(i.quantity)).collect::<Vec<_>>())
        .bind(items.iter().map(|i| i.price.amount()).collect::<Vec<_>>())
        .bind(items.iter().map(|i| i.line_total.amount()).collect::<Vec<_>>())
        .bind(totals.subtotal.amount())
        .bind(totals.discount_total.amount())
        .bind(order.shipping.as_ref().and_then(|s| s.method).map(|id| id.0))
        .bind(shipping.map(|s| s.name.as_str()))
        .bind(shipping.map_or(zero, |s| s.amounts.price).amount())
        .bind(shipping.map_or(zero, |s| s.amounts.discount).amount())
        .bind(days.map(|days| i32::from(days.min)))
        .bind(days.map(|days| i32::from(days.max)))
        .bind(shipping.map_or(zero, |s| s.amounts.tax).amount())
        .bind(rate(shipping.and_then(|s| s.rate.as_ref())))
        .bind(totals.tax.included)
        .bind(totals.tax.amount.amount())
        .bind(totals.tax.added.amount())
        .bind(totals.tax.reverse_charge)
        .bind(totals.lines.iter().map(|l| l.amounts.discount.amount()).collect::<Vec<_>>())
        .bind(totals.lines.iter().map(|l| l.tax_class.as_str()).collect::<Vec<_>>())
        .bind(totals.lines.iter().map(|l| rate(l.rate.as_ref())).collect::<Vec<_>>())
        .bind(totals.lines.iter().map(|l| l.amounts.tax.amount()).collect::<Vec<_>>())
        .bind(taxes.iter().map(|t| t.name.as_str()).collect::<Vec<_>>())
        .bind(taxes.iter().map(|t| t.rate.decimal()).collect::<Vec<_>>())
        .bind(taxes.iter().map(|t| t.amount.amount()).collect::<Vec<_>>())
        .bind(order.shipping.as_ref().is_some_and(|s| s.pick_up))
        .bind(order.billing.as_ref().map(Json))
        .bind(guest)
        .bind(&order.key.key)
        .bind(&order.key.request)
        .bind(order.number)
        .bind(order.event.id.0)
        .bind(&order.event.topic)
        .bind(&order.event.key)
        .bind(&order.event.kind)
        .bind(&order.event.payload)
        .bind(order.versions.all())
        .bind(order.terms_version)
        .bind(Json(&order.event.headers));
    if has_discounts || order.cart.is_some() {
        query = query.bind(order.cart.map(|cart| cart.id.0)).bind(order.cart.map(|cart| cart.version));
    }
    if has_discounts {
        let counted = |id| order.uses.promotions.iter().any(|p| Some(*p) == id);
        let customer = order.uses.customer_key.as_str();
        let keys: Vec<_> = discounts.iter().map(|d| counted(d.promotion).then_some(customer)).collect();
        query = query
            .bind(discounts.iter().map(|d| d.promotion.map(|id| id.0)).collect::<Vec<_>>())
            .bind(discounts.iter().map(|d| d.label.as_str()).collect::<Vec<_>>())
            .bind(discounts.iter().map(|d| d.code.as_ref().map(|code| code.as_str())).collect::<Vec<_>>())
            .bind(discounts.iter().map(|d| d.amount.amount()).collect::<Vec<_>>())
            .bind(keys)
            .bind(order.uses.promotions.iter().map(|id| id.0).collect::<Vec<_>>())
            .bind(customer)
            // An array for each, as options are.
            .bind(discounts.iter().map(shares).collect::<Vec<_>>())
            .bind(discounts.iter().map(|d| d.shipping.amount()).collect::<Vec<_>>());
    }
    let is_new = query.fetch_one(&store.pool).await.map_err(unless_overtaken)?;
    if is_new { Ok(()) } else { Err(Error::Contended(anyhow::anyhow!("the key was taken meanwhile"))) }
}

/// What the order was made from has changed since it was read.
fn unless_overtaken(error: sqlx::Error) -> Error {
    match error.as_database_error().and_then(|cause| cause.constraint()) {
        Some("idempotency_keys_with_their_order") => Error::Contended(error.into()),
        _ => map_sqlx_error(error),
    }
}
