//! Returns: the customer asks, staff answer and receive.

use axum::Json;
use axum::extract::Path;
use http::{HeaderMap, StatusCode};
use session::{Caller, Site, answer_of_order};
use shop::usecase::OrderAccess;

use super::idempotency::key;
use super::input::{Input, Optional};
use super::orders::WithAccess;
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::shapes::{Approval, Brought, NewReturn, Order, OrderTokenHeader, Received, Refused};

pub fn routes() -> Routes<Site> {
    Routes::new()
        .routes(routes!(request))
        .routes(routes!(approve))
        .routes(routes!(refuse))
        .routes(routes!(close))
        .routes(routes!(receive))
}

/// Ask to send items back
///
/// Within the time that the shop takes returns, and never more than was sent. Sent again with the same key, nothing is
/// asked for twice.
#[utoipa::path(
    post, path = "/orders/{id}/returns", operation_id = "request_return", tag = "Orders", request_body = NewReturn, security((), ("session" = [])),
    params(("id" = uuid::Uuid, Path), Brought, OrderTokenHeader, ("Idempotency-Key" = Option<String>, Header,
        description = "Made up by the caller, one per return", min_length = 1, max_length = 100, pattern = "^[!-~]+$")),
    responses(
        (status = CREATED, body = Order),
        (status = UNAUTHORIZED, description = "sign-in-needed: neither a session nor a token"),
        (status = CONFLICT, description = "nothing-to-return or return-too-late"),
    )
)]
async fn request(
    WithAccess(caller, access): WithAccess,
    Path(id): Path<String>,
    headers: HeaderMap,
    Input(input): Input<NewReturn>,
) -> Result<(StatusCode, Json<Order>), Problem> {
    let key = key(&headers)?;
    let (shop, by, form) = (caller.site.shop.clone(), access.clone(), input.into());
    let asked = async move { shop.request_return(by, id.parse()?, &form, key.as_deref()).await };
    let id = answer_of_order(&access, caller.tracked(asked).await)?;
    Ok((StatusCode::CREATED, Json(theirs(&caller, access, id).await?)))
}

async fn theirs(caller: &Caller, access: OrderAccess, id: shop::domain::OrderId) -> Result<Order, Problem> {
    Ok(caller.shop().order(access, id).await?.into())
}

/// Approve a return
///
/// The customer is written to. Answers its order. Staff only.
#[utoipa::path(
    post, path = "/returns/{id}/approve", operation_id = "approve_return", tag = "Orders", request_body = Option<Approval>, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = Order), (status = CONFLICT, description = "illegal-return-step"))
)]
async fn approve(
    caller: Caller,
    Path(id): Path<String>,
    Optional(input): Optional<Approval>,
) -> Result<Json<Order>, Problem> {
    answer(caller, id, true, input.unwrap_or_default().answer).await
}

/// Refuse a return
///
/// In words that the customer reads. Answers its order. Staff only.
#[utoipa::path(
    post, path = "/returns/{id}/refuse", operation_id = "refuse_return", tag = "Orders", request_body = Refused, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = Order), (status = CONFLICT, description = "illegal-return-step"))
)]
async fn refuse(caller: Caller, Path(id): Path<String>, Input(input): Input<Refused>) -> Result<Json<Order>, Problem> {
    answer(caller, id, false, input.answer).await
}

/// Close a return
///
/// That was approved and has not arrived, with a reason that the customer reads: it is `refused` and `closed` then, and its units
/// may be asked for again. Answers its order. Staff only.
#[utoipa::path(
    post, path = "/returns/{id}/close", operation_id = "close_return", tag = "Orders", request_body = Refused, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = Order), (status = CONFLICT, description = "illegal-return-step"))
)]
async fn close(caller: Caller, Path(id): Path<String>, Input(input): Input<Refused>) -> Result<Json<Order>, Problem> {
    let staff = caller.staff().await?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    let order = caller.tracked(async move { shop.close_return(staff, id, &input.answer).await }).await?;
    Ok(Json(caller.shop().order_for_staff(caller.staff().await?, order).await?.into()))
}

async fn answer(caller: Caller, id: String, approve: bool, words: String) -> Result<Json<Order>, Problem> {
    let staff = caller.staff().await?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    let order = caller.tracked(async move { shop.answer_return(staff, id, approve, &words).await }).await?;
    Ok(Json(caller.shop().order_for_staff(caller.staff().await?, order).await?.into()))
}

/// Receive a return
///
/// What came back, also after it was closed, goes into stock or not, and is paid back, as far as it was not before. Answers its
/// order. Staff only.
#[utoipa::path(
    post, path = "/returns/{id}/receive", operation_id = "receive_return", tag = "Orders", request_body = Option<Received>, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = Order), (status = CONFLICT, description = "illegal-return-step or refund-too-large"))
)]
async fn receive(
    caller: Caller,
    Path(id): Path<String>,
    Optional(input): Optional<Received>,
) -> Result<Json<Order>, Problem> {
    let staff = caller.staff().await?;
    let Received { restock, refund } = input.unwrap_or_default();
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    let received = async move { shop.receive_return(staff, id, restock, refund.unwrap_or(true)).await };
    let order = caller.tracked(received).await?;
    Ok(Json(caller.shop().order_for_staff(caller.staff().await?, order).await?.into()))
}
