//! Paying an order, by whoever owns it; and money that staff have seen or given back.

use axum::Json;
use axum::extract::Path;
use http::StatusCode;
use session::{Caller, Site, answer_of_order};
use shop::domain::{Problem as Why, Refusal};

use super::input::{Input, Optional};
use super::orders::WithAccess;
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::shapes::{
    Brought, Method, NewGivenRefund, NewPayment, NewRecordedPayment, NewWaiver, Order, OrderTokenHeader,
};

pub fn routes() -> Routes<Site> {
    Routes::new().routes(routes!(pay)).routes(routes!(record)).routes(routes!(give)).routes(routes!(waive))
}

/// Pay an order
///
/// Answers the order, with `payment` and, while it is not paid, `redirect_url`: the page of the payment provider, where the
/// shopper pays, and from where they come back to the order. Called again, it leads to the same page; paying what is paid
/// already is no mistake. A provider for tests can be told the `outcome`, and then it is done at once. Where the order has a
/// `manual_payment`, the `method` can be `manual`: then there is nowhere to go, the order waits longer, and the customer is
/// written to how to pay.
#[utoipa::path(
    post, path = "/orders/{id}/pay", operation_id = "pay_order", tag = "Orders", request_body = Option<NewPayment>, security((), ("session" = [])),
    params(("id" = uuid::Uuid, Path), Brought, OrderTokenHeader),
    responses(
        (status = OK, body = Order),
        (status = UNAUTHORIZED, description = "sign-in-needed: neither a session nor a token"),
        (status = CONFLICT, description = "payment-declined, payment-not-accepted, not-taken-online, not-payable-yet, pay-time-over or illegal-step"),
        (status = UNPROCESSABLE_ENTITY, description = "invalid: `outcome` where the provider takes real money, `method` where the shop does not offer it"),
    )
)]
async fn pay(
    WithAccess(caller, access): WithAccess,
    Path(id): Path<String>,
    Optional(input): Optional<NewPayment>,
) -> Result<Json<Order>, Problem> {
    let (shop, by) = (caller.site.shop.clone(), access.clone());
    let NewPayment { outcome, method } = input.unwrap_or_default();
    if let Some(Method::Manual) = method {
        if outcome.is_some() {
            return Err(Refusal::field("method", Why::NotBoth).into());
        }
        let chosen = async move { shop.choose_manual_payment(by, id.parse()?).await };
        let id = answer_of_order(&access, caller.tracked(chosen).await)?;
        return Ok(Json(caller.shop().order(access, id).await?.into()));
    }
    let paid = async move {
        match outcome {
            Some(outcome) => shop.pay_order(by, id.parse()?, outcome.into()).await,
            None => shop.begin_payment(by, id.parse()?).await,
        }
    };
    let paid = answer_of_order(&access, caller.tracked(paid).await)?;
    let order = Order::from(caller.shop().order(access, paid.order).await?);
    Ok(Json(Order { payment: Some((&paid).into()), redirect_url: paid.redirect_url, ..order }))
}

/// Record a payment
///
/// That came without the provider, by bank transfer or at pick-up. It pays the order; of another amount, after the order
/// had ended or a second time, it is kept on record and a refund is opened. The same `reference` again records nothing
/// new. Staff only.
#[utoipa::path(
    post, path = "/orders/{id}/payments", operation_id = "record_payment", tag = "Orders", request_body = NewRecordedPayment, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = CREATED, body = Order),
        (status = OK, body = Order, description = "it was recorded before"),
        (status = CONFLICT, description = "not-payable-yet"),
        (status = UNPROCESSABLE_ENTITY, description = "invalid: `reference` where other money has it"),
    )
)]
async fn record(
    caller: Caller,
    Path(id): Path<String>,
    Input(input): Input<NewRecordedPayment>,
) -> Result<(StatusCode, Json<Order>), Problem> {
    let staff = caller.staff().await?;
    let form = input.form(caller.shop().settings().currency)?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    let is_new = caller.tracked(async move { shop.record_payment(staff, id, &form).await }).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(caller.shop().order_for_staff(caller.staff().await?, id).await?.into())))
}

/// Mark a refund as given
///
/// Of a payment without the provider, or of a provider that is not connected any more, or one that `failed`, since its
/// provider refused it: nobody but the staff gives it back. Staff only.
#[utoipa::path(
    post, path = "/refunds/{id}/given", operation_id = "mark_refund_given", tag = "Orders", request_body = NewGivenRefund, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = Order), (status = CONFLICT, description = "refund-of-provider, refund-ended or refund-too-large"))
)]
async fn give(
    caller: Caller,
    Path(id): Path<String>,
    Input(input): Input<NewGivenRefund>,
) -> Result<Json<Order>, Problem> {
    let staff = caller.staff().await?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    let order = caller.tracked(async move { shop.mark_refund_given(staff, id, &input.reference).await }).await?;
    Ok(Json(caller.shop().order_for_staff(caller.staff().await?, order).await?.into()))
}

/// Waive a refund
///
/// That `failed`: nothing more is owed for it, since another refund gave it back or it was settled otherwise. It is given back
/// no more, and the back office tells of it no more. Said again, nothing changes. Staff only.
#[utoipa::path(
    post, path = "/refunds/{id}/waive", operation_id = "waive_refund", tag = "Orders", request_body = NewWaiver, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = Order), (status = CONFLICT, description = "refund-ended: it has not failed"))
)]
async fn waive(caller: Caller, Path(id): Path<String>, Input(input): Input<NewWaiver>) -> Result<Json<Order>, Problem> {
    let staff = caller.staff().await?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    let order = caller.tracked(async move { shop.waive_refund(staff, id, &input.reason).await }).await?;
    Ok(Json(caller.shop().order_for_staff(caller.staff().await?, order).await?.into()))
}
