//! Writing an order with all its parts, in one statement.

use rust_decimal::Decimal;
use sqlx::types::Json;

use crate::domain::{AppliedRate, Money};
use crate::usecase::{NewOrder, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, to_i32};

fn rate(applied: Option<&AppliedRate>) -> Option<Decimal> {
    applied.map(|applied| applied.rate.decimal())
}

pub(super) async fn insert(tx: &mut PgTx, order: &NewOrder) -> Result<i64> {
    let (items, totals) = (&order.items, &order.totals);
    let (discounts, taxes) = (&totals.discounts, &totals.tax.lines);
    // Options are an array per item, which unnest would flatten: they travel as JSON.
    let options: Vec<_> = items.iter().map(|i| Json(&i.options)).collect();
    let zero = Money::zero(totals.currency);
    let shipping = totals.shipping.as_ref();
    let days = order.shipping.as_ref().and_then(|s| s.days);
    let counted = |id| order.uses.promotions.iter().any(|p| Some(*p) == id);
    let keys: Vec<_> =
        discounts.iter().map(|d| order.uses.customer_key.as_deref().filter(|_| counted(d.promotion))).collect();
    sqlx::query_scalar(
        "with placed as (
            insert into orders (id, user_id, email, currency, total, shipping_address, created_at, expires_at,
                updated_at, subtotal, discount_total, shipping_method_id, shipping_name, shipping_price,
                shipping_discount, shipping_min_days, shipping_max_days, shipping_tax, shipping_tax_rate, tax_included,
                tax_amount, tax_added, reverse_charge, shipping_pick_up, billing_address, cart_id)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30,
                $31, $44, $45, $46) returning id, number
        ), told as (
            insert into order_events (order_id, kind, at) select id, 'placed', $7 from placed
        ), lines as (
            insert into order_items (id, order_id, product_id, variant_id, position, name, options, sku, quantity,
                price, line_total, discount, tax_class, tax_rate, tax_amount)
            select l.id, $1, l.product, l.variant, l.place, l.name,
                array(select jsonb_array_elements_text(l.options)), l.sku, l.quantity, l.price, l.total, l.discount,
                l.tax_class, l.tax_rate, l.tax
            from unnest($9::uuid[], $10::uuid[], $11::uuid[], $12::text[], $13::jsonb[], $14::text[], $15::int[],
                $16::numeric[], $17::numeric[], $32::numeric[], $33::text[], $34::numeric[], $35::numeric[])
                with ordinality as l (id, product, variant, name, options, sku, quantity, price, total, discount,
                    tax_class, tax_rate, tax, place)
        ), discounted as (
            insert into order_discounts (order_id, position, promotion_id, label, code, amount, customer_key)
            select $1, d.place, d.promotion, d.label, d.code, d.amount, d.key
            from unnest($36::uuid[], $37::text[], $38::text[], $39::numeric[], $40::text[]) with ordinality
                as d (promotion, label, code, amount, key, place)
        ), taxed as (
            insert into order_taxes (order_id, position, name, rate, amount)
            select $1, t.place, t.name, t.rate, t.amount
            from unnest($41::text[], $42::numeric[], $43::numeric[]) with ordinality as t (name, rate, amount, place)
        )
        select number from placed",
    )
    .bind(order.id.0)
    .bind(order.user_id.map(|id| id.0))
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
    .bind(order.cart_id.map(|id| id.0))
    .fetch_one(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)
}
