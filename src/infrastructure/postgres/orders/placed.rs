//! An order that was just placed, for whoever waits for the answer.

use sqlx::types::Json;

use crate::domain::{ManualPayment, OrderId};
use crate::dto::OrderView;
use crate::usecase::{Result, SavedTerms};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, terms};

/// view, days in which it may come back, how it is paid by hand
type Row = (Json<OrderView>, Option<i32>, Option<Json<Option<ManualPayment>>>);

/// What follows a payment is not asked for: to make ready what finds nothing costs as much as the rest. Whoever was paid, in part
/// or in vain, has a row of payments; without one nothing was invoiced, given back, sent, sent back or reviewed.
pub(super) async fn read(store: &PgStore, id: OrderId) -> Result<Option<(OrderView, SavedTerms)>> {
    let found: Option<Row> = sqlx::query_as(concat!(
        "select json_build_object(",
        order_head!(),
        ", 'items', ",
        order_items!("null"),
        "), t.return_days, t.manual_payment
         from orders o left join shop_terms t on true
         where o.id = $1 and o.status = 'pending' and not exists (select from payments p where p.order_id = o.id)"
    ))
    .bind(id.0)
    .fetch_optional(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(found.map(|(Json(order), days, manual)| (order, terms::of_columns(days, manual))))
}
