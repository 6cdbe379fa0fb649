//! What became of an order's money and units, read under its lock.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::domain::{
    Amounts, Fulfilment, FulfilmentLine, GivenBack, Money, OrderItemId, OrderStatus, PaymentId, VariantId,
};
use crate::usecase::{LockedOrder, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, to_u32};

#[derive(sqlx::FromRow)]
struct WholeRow {
    has_shipping: bool,
    tax_included: bool,
    price: Decimal,
    discount: Decimal,
    tax: Decimal,
    payment: Option<Uuid>,
    captured: Decimal,
    refunded: Decimal,
    given: i64,
    given_price: Decimal,
    given_discount: Decimal,
    given_tax: Decimal,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    id: Uuid,
    variant_id: Uuid,
    quantity: i32,
    price: Decimal,
    discount: Decimal,
    tax: Decimal,
    given: i64,
    given_price: Decimal,
    given_discount: Decimal,
    given_tax: Decimal,
    withdrawn: i64,
    withdrawn_in_vain: i64,
    shipped: i64,
    returning: i64,
}

pub(super) async fn read(tx: &mut PgTx, order: &LockedOrder) -> Result<(Fulfilment, Option<PaymentId>)> {
    let whole: WholeRow = sqlx::query_as(
        "select o.shipping_name is not null as has_shipping, o.tax_included, o.shipping_price as price,
            o.shipping_discount as discount, o.shipping_tax as tax, p.id as payment,
            coalesce(p.amount, 0) as captured, p.refunded, g.given, g.given_price, g.given_discount, g.given_tax
         from orders o
         left join lateral (
            select p.id, p.amount, coalesce((select sum(r.amount) from refunds r
                where r.payment_id = p.id and r.state <> 'failed'), 0) as refunded
            from payments p where p.order_id = o.id and p.state = 'approved' and p.flaw is null order by p.created_at limit 1) q on true
         cross join lateral (select q.id, q.amount, coalesce(q.refunded, 0) as refunded) p
         cross join lateral (
            select coalesce(sum(x.quantity), 0) as given, coalesce(sum(x.price), 0) as given_price,
                coalesce(sum(x.discount), 0) as given_discount, coalesce(sum(x.tax), 0) as given_tax
            from refunds r join refund_items x on x.refund_id = r.id
            where r.payment_id = p.id and r.state <> 'failed' and x.order_item_id is null) g
         where o.id = $1",
    )
    .bind(order.id.0)
    .fetch_one(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    let rows: Vec<LineRow> = sqlx::query_as(
        "select i.id, i.variant_id, i.quantity, i.line_total as price, i.discount, i.tax_amount as tax,
            g.given, g.given_price, g.given_discount, g.given_tax, g.withdrawn, g.withdrawn_in_vain,
            (select coalesce(sum(s.quantity), 0) from shipment_items s where s.order_item_id = i.id) as shipped,
            (select coalesce(sum(x.quantity), 0) from return_items x join returns r on r.id = x.return_id
                where x.order_item_id = i.id and r.state <> 'refused') as returning
         from order_items i
         cross join lateral (
            select coalesce(sum(x.quantity) filter (where r.state <> 'failed'), 0) as given,
                coalesce(sum(x.price) filter (where r.state <> 'failed'), 0) as given_price,
                coalesce(sum(x.discount) filter (where r.state <> 'failed'), 0) as given_discount,
                coalesce(sum(x.tax) filter (where r.state <> 'failed'), 0) as given_tax,
                coalesce(sum(x.withdrawn), 0) as withdrawn,
                coalesce(sum(x.withdrawn) filter (where r.state = 'failed'), 0)
                    - coalesce(sum(x.retaken) filter (where r.state <> 'failed'), 0) as withdrawn_in_vain
            from refund_items x join refunds r on r.id = x.refund_id where x.order_item_id = i.id) g
         where i.order_id = $1 order by i.position",
    )
    .bind(order.id.0)
    .fetch_all(&mut *tx.tx)
    .await
    .map_err(map_sqlx_error)?;
    let currency = order.total.currency();
    let money = |amount: Decimal| Money::new(amount, currency);
    let amounts = |quantity: u32, price: Decimal, discount: Decimal, tax: Decimal| -> Result<Amounts> {
        let (price, discount, tax) = (money(price)?, money(discount)?, money(tax)?);
        Ok(Amounts { quantity, price, discount, tax, tax_included: whole.tax_included })
    };
    let given = |units: i64, price: Decimal, discount: Decimal, tax: Decimal| -> Result<GivenBack> {
        Ok(GivenBack { units: to_u32(units), price: money(price)?, discount: money(discount)?, tax: money(tax)? })
    };
    let is_shipped = matches!(order.status, OrderStatus::Shipped | OrderStatus::Completed);
    let line = |row: LineRow| -> Result<FulfilmentLine> {
        Ok(FulfilmentLine {
            id: OrderItemId(row.id),
            variant: VariantId(row.variant_id),
            amounts: amounts(to_u32(row.quantity.into()), row.price, row.discount, row.tax)?,
            given: given(row.given, row.given_price, row.given_discount, row.given_tax)?,
            // The release before sends without parcels.
            shipped: match is_shipped {
                true => to_u32(row.quantity.into()).saturating_sub(to_u32(row.withdrawn)),
                false => to_u32(row.shipped),
            },
            withdrawn: to_u32(row.withdrawn),
            withdrawn_in_vain: to_u32(row.withdrawn_in_vain),
            returning: to_u32(row.returning),
        })
    };
    let shipping = match whole.has_shipping {
        true => Some((
            amounts(1, whole.price, whole.discount, whole.tax)?,
            given(whole.given, whole.given_price, whole.given_discount, whole.given_tax)?,
        )),
        false => None,
    };
    let fulfilment = Fulfilment {
        status: order.status,
        lines: rows.into_iter().map(line).collect::<Result<_>>()?,
        shipping,
        captured: money(whole.captured)?,
        refunded: money(whole.refunded)?,
    };
    Ok((fulfilment, whole.payment.map(PaymentId)))
}
