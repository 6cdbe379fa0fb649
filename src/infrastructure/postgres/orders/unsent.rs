//! An order of which nothing was sent or given back, as nearly all are that somebody looks at: with what is saved of the shop's terms.

use sqlx::types::Json;

use crate::domain::{ManualPayment, OrderId};
use crate::dto::OrderView;
use crate::usecase::{CartOwner, Result, SavedTerms};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, terms};
use super::owner::columns;

/// view, days in which it may come back, how it is paid by hand
type Row = (Json<OrderView>, Option<i32>, Option<Json<Option<ManualPayment>>>);

/// What follows a parcel or a refund is not asked for: to make ready what finds nothing costs as much as the rest. Nothing comes back and
/// nothing is reviewed of what was not sent; release 0.1 sent without parcels, and said so by the order's status.
pub(super) async fn read(
    store: &PgStore,
    owner: Option<CartOwner>,
    id: OrderId,
) -> Result<Option<(OrderView, SavedTerms)>> {
    let (user, cart) = owner.map_or((None, None), columns);
    let found: Option<Row> = sqlx::query_as(concat!(
        "select json_build_object(",
        order_head!(),
        ", ",
        invoice!(),
        ", ",
        attempts!(),
        ", 'items', ",
        order_items!("null"),
        "), t.return_days, t.manual_payment
         from orders o left join shop_terms t on true
         where o.id = $1 and ($2 or o.user_id = $3 or (o.user_id is null and o.cart_id = $4))
            and o.status in ('pending', 'paid', 'cancelled')
            and not exists (select from shipments s where s.order_id = o.id)
            and not exists (select from payments p join refunds r on r.payment_id = p.id where p.order_id = o.id)"
    ))
    .bind(id.0)
    .bind(owner.is_none())
    .bind(user)
    .bind(cart)
    .fetch_optional(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(found.map(|(Json(order), days, manual)| {
        let last_payment = order.payments.last().map(|payment| payment.state);
        (OrderView { last_payment, ..order }, terms::of_columns(days, manual))
    }))
}
