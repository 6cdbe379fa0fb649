//! What staff do with an order that is paid: send it and give money back.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use session::{Caller, Site};
use shop::domain::{May, OrderId, permit};
use shop::usecase::KeyOwner;

use super::idempotency::{kept_body, key};
use super::input::{Input, Optional};
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::shapes::{NewRefund, NewShipment, Order};

pub fn routes() -> Routes<Site> {
    Routes::new().routes(routes!(ship)).routes(routes!(refund))
}

/// Send a parcel
///
/// With these units, or with all that is still to be sent. The customer is written to; with the last unit the order is
/// `shipped`. Sent again with the same key, the call is answered as the first time and nothing is sent twice. Staff only.
#[utoipa::path(
    post, path = "/orders/{id}/shipments", operation_id = "ship_order", tag = "Orders", request_body = Option<NewShipment>, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header,
        description = "Made up by the caller, one per parcel", min_length = 1, max_length = 100, pattern = "^[!-~]+$")),
    responses((status = CREATED, body = Order), (status = CONFLICT, description = "illegal-step or nothing-to-ship"))
)]
async fn ship(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Optional(input): Optional<NewShipment>,
) -> Result<Response, Problem> {
    let staff = caller.staff().await?;
    let key = key(&headers)?;
    let form = input.unwrap_or_default().into();
    let (id, shop, once) = (id.parse()?, caller.site.shop.clone(), key.clone());
    caller.tracked(async move { shop.ship_order(staff, id, &form, once.as_deref()).await }).await?;
    created(&caller, id, key).await
}

/// Give money back
///
/// An amount, or units of lines and what was paid for shipping, at most what came in and was not given back yet. Units
/// that have not left are not sent any more. The provider is asked afterwards: the refund is `opened` until it has
/// answered. Sent again with the same key, the call is answered as the first time and nothing is given back twice. Staff
/// only.
#[utoipa::path(
    post, path = "/orders/{id}/refunds", operation_id = "refund_order", tag = "Orders", request_body = NewRefund, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header,
        description = "Made up by the caller, one per refund", min_length = 1, max_length = 100, pattern = "^[!-~]+$")),
    responses((status = CREATED, body = Order), (status = CONFLICT, description = "refund-too-large"))
)]
async fn refund(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Input(input): Input<NewRefund>,
) -> Result<Response, Problem> {
    let staff = caller.staff().await?;
    let key = key(&headers)?;
    let form = input.form(caller.shop().settings().currency)?;
    let (id, shop, once) = (id.parse()?, caller.site.shop.clone(), key.clone());
    caller.tracked(async move { shop.refund_order(staff, id, &form, once.as_deref()).await }).await?;
    created(&caller, id, key).await
}

/// The order as it is now, or as it was answered to the first call with this key.
async fn created(caller: &Caller, id: OrderId, key: Option<String>) -> Result<Response, Problem> {
    let staff = caller.staff::<May<permit::Orders>>().await?;
    let order = async { Ok(Order::from(caller.shop().order_for_staff(staff, id).await?)) };
    let body = kept_body(caller, KeyOwner::User(staff.user()), key.as_deref(), order).await?;
    Ok((StatusCode::CREATED, [(CONTENT_TYPE, "application/json")], body).into_response())
}
