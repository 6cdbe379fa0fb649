//! Writing an order with all its parts and all that goes with it, in one statement.
//!
//! Each part waits for the one before: the key, then the cart, the promotions, the order. Lines are written in the order of their
//! variants, for each waits for whoever gives its variant another sku. It is placed by the rules and the
//! prices it was priced by and under the terms that were read, or not at all. A key that is there without its order ends
//! the transaction (`idempotency_keys_with_their_order`), so whatever was in the way, nothing is written.

use rust_decimal::Decimal;
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

const INSERT: &str = concat!(
    "with key as (
        insert into idempotency_keys (user_id, key, request, order_id, created_at, guest_id)
        values ($2, $47, sha256(convert_to($48, 'UTF8')), $1, $7, $46)
        on conflict do nothing returning order_id
    ), emptied as (
        update carts c set coupon = null, shipping_method_id = null, updated_at = now() from key
        where c.id = $49 and c.xmin::text::bigint = $50 returning c.id
    ), ready as (
        select order_id from key where ($49::uuid is null or exists (select from emptied)) and ",
    versions_now!(),
    " = $61 and ",
    terms_now!(),
    " is not distinct from $62::bigint
            and not exists (select from unnest($11::uuid[], $16::numeric[]) as l (variant, price)
                left join product_variants v on v.id = l.variant
                where v.price is distinct from l.price or v.retired_at is not null)
    ), locked as (
        select p.id from promotions p, ready where p.id = any($51) order by p.id for no key update of p
    ), counted as (
        update promotions p set uses = uses + 1 from locked l
        where p.id = l.id and (p.use_limit is null or p.uses < p.use_limit) returning p.id
    ), of_customer as (
        insert into promotion_uses as u (promotion_id, customer_key, uses)
        select id, $52, 1 from counted order by id
        on conflict (promotion_id, customer_key) do update set uses = u.uses + 1
            where u.uses < coalesce((select least(p.limit_per_customer, case when p.first_order_only then 1 end)
                from promotions p where p.id = u.promotion_id), u.uses + 1)
        returning promotion_id
    ), placed as (
        insert into orders (id, user_id, email, currency, total, shipping_address, created_at, expires_at,
            updated_at, subtotal, discount_total, shipping_method_id, shipping_name, shipping_price,
            shipping_discount, shipping_min_days, shipping_max_days, shipping_tax, shipping_tax_rate, tax_included,
            tax_amount, tax_added, reverse_charge, shipping_pick_up, billing_address, cart_id, number,
            terms_version)
        select order_id, $2, $3, $4, $5, $6, $7, $8, $7, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29,
            $30, $31, $44, $45, $46, $53, $62
        from ready where (select count(*) from of_customer) = cardinality($51::uuid[])
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
    ), discounted as (
        insert into order_discounts (order_id, position, promotion_id, label, code, amount, customer_key, lines,
            shipping)
        select o.id, d.place, d.promotion, d.label, d.code, d.amount, d.key,
            array(select jsonb_array_elements_text(d.lines)::numeric), d.shipping
        from placed o, unnest($36::uuid[], $37::text[], $38::text[], $39::numeric[], $40::text[], $59::jsonb[],
            $60::numeric[]) with ordinality as d (promotion, label, code, amount, key, lines, shipping, place)
    ), taxed as (
        insert into order_taxes (order_id, position, name, rate, amount)
        select o.id, t.place, t.name, t.rate, t.amount
        from placed o, unnest($41::text[], $42::numeric[], $43::numeric[]) with ordinality
            as t (name, rate, amount, place)
    ), cleared as (
        delete from cart_items where cart_id in (select id from emptied)
    ), appended as (
        insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
        select $54, $55, $56, $57, $58, $63, $7 from placed
    )
    select exists (select from key)"
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
    let counted = |id| order.uses.promotions.iter().any(|p| Some(*p) == id);
    let customer = order.uses.customer_key.as_str();
    let keys: Vec<_> = discounts.iter().map(|d| counted(d.promotion).then_some(customer)).collect();
    let is_new: bool = sqlx::query_scalar(INSERT)
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
        .bind(discounts.iter().map(|d| d.promotion.map(|id| id.0)).collect::<Vec<_>>())
        .bind(discounts.iter().map(|d| d.label.as_str()).collect::<Vec<_>>())
        .bind(discounts.iter().map(|d| d.code.as_ref().map(|code| code.as_str())).collect::<Vec<_>>())
        .bind(discounts.iter().map(|d| d.amount.amount()).collect::<Vec<_>>())
        .bind(keys)
        .bind(taxes.iter().map(|t| t.name.as_str()).collect::<Vec<_>>())
        .bind(taxes.iter().map(|t| t.rate.decimal()).collect::<Vec<_>>())
        .bind(taxes.iter().map(|t| t.amount.amount()).collect::<Vec<_>>())
        .bind(order.shipping.as_ref().is_some_and(|s| s.pick_up))
        .bind(order.billing.as_ref().map(Json))
        .bind(guest)
        .bind(&order.key.key)
        .bind(&order.key.request)
        .bind(order.cart.map(|cart| cart.id.0))
        .bind(order.cart.map(|cart| cart.version))
        .bind(order.uses.promotions.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(customer)
        .bind(order.number)
        .bind(order.event.id.0)
        .bind(&order.event.topic)
        .bind(&order.event.key)
        .bind(&order.event.kind)
        .bind(&order.event.payload)
        // An array for each, as options are.
        .bind(discounts.iter().map(shares).collect::<Vec<_>>())
        .bind(discounts.iter().map(|d| d.shipping.amount()).collect::<Vec<_>>())
        .bind(order.versions.all())
        .bind(order.terms_version)
        .bind(Json(&order.event.headers))
        .fetch_one(&store.pool)
        .await
        .map_err(unless_overtaken)?;
    if is_new { Ok(()) } else { Err(Error::Contended(anyhow::anyhow!("the key was taken meanwhile"))) }
}

/// What the order was made from has changed since it was read.
fn unless_overtaken(error: sqlx::Error) -> Error {
    match error.as_database_error().and_then(|cause| cause.constraint()) {
        Some("idempotency_keys_with_their_order") => Error::Contended(error.into()),
        _ => map_sqlx_error(error),
    }
}
