//! An order that was just placed, for whoever waits for the answer, or goes back to where they placed it.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{ManualPayment, OrderId};
use crate::dto::{OrderView, PlacedOrder};
use crate::usecase::{CartOwner, Result, SavedTerms};

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

/// A guest's is found by their cart, while it is nobody's.
pub(super) async fn last(store: &PgStore, owner: CartOwner, since: OffsetDateTime) -> Result<Option<PlacedOrder>> {
    let (sql, whose) = match owner {
        CartOwner::Customer(customer) => (
            "select o.id, o.number from orders o where o.user_id = $1 and o.created_at > $2 and o.status <> 'cancelled'
             order by o.created_at desc limit 1",
            customer.0.0,
        ),
        CartOwner::Guest(Some(cart)) => (
            "select o.id, o.number from orders o where o.user_id is null and o.cart_id = $1 and o.created_at > $2
                and o.status <> 'cancelled' order by o.created_at desc limit 1",
            cart.0,
        ),
        CartOwner::Guest(None) => return Ok(None),
    };
    let found: Option<(Uuid, i64)> =
        sqlx::query_as(sql).bind(whose).bind(since).fetch_optional(&store.pool).await.map_err(map_sqlx_error)?;
    Ok(found.map(|(id, number)| PlacedOrder { id: OrderId(id), number }))
}
