//! Where payment providers reach the shop: their webhooks, and the shoppers they send back.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State as FromState};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};
use session::{brought_payment_return, keep_order_link};
use shop::domain::{OrderId, PaymentId, Refusal};
use shop::usecase::{Error, WebhookError};
use tracing::Instrument as _;

use super::State;

pub fn routes(state: State) -> Router {
    Router::new()
        .route("/webhooks/{provider}", post(receive))
        .route("/orders/{id}/return/{payment}", get(come_back))
        .with_state(state)
}

/// Stored and answered at once; a task handles it. The body is read as it came: what is signed is every byte of it.
async fn receive(
    FromState(state): FromState<State>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let shop = state.site.shop.clone();
    let Some(header) = shop.signature_header(&provider) else {
        return (StatusCode::NOT_FOUND, "no such payment provider is connected").into_response();
    };
    let Ok(body) = String::from_utf8(body.into()) else {
        return (StatusCode::BAD_REQUEST, "it is not text").into_response();
    };
    let signature = headers.get(header).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let storing = async move { shop.receive_webhook(&provider, signature.as_deref(), &body).await };
    // A provider that hangs up does not cancel it.
    match state.site.tracker.spawn(storing.in_current_span()).await {
        Ok(Ok(())) => (StatusCode::OK, "received").into_response(),
        Ok(Err(WebhookError::UnknownProvider)) => StatusCode::NOT_FOUND.into_response(),
        Ok(Err(WebhookError::Bad(problem))) => {
            tracing::warn!(%problem, "a webhook was not taken");
            (StatusCode::BAD_REQUEST, problem.to_string()).into_response()
        }
        Ok(Err(WebhookError::Failed(error))) => busy(&error.into()),
        Err(error) => busy(&error.into()),
    }
}

fn busy(error: &anyhow::Error) -> Response {
    tracing::error!(error = format!("{error:#}"), "a webhook could not be stored; it comes again");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

/// The shopper comes back from the provider's page. What the provider says is made true before the order is shown; if it
/// does not answer, the order's page shows what there is, and the rest comes by webhook or is asked for later.
async fn come_back(
    FromState(state): FromState<State>,
    Path((id, payment)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let (Ok(order), Ok(payment)) = (id.parse::<OrderId>(), payment.parse::<PaymentId>()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let shop = state.site.shop.clone();
    let asking = async move { shop.return_from_payment(order, payment).await };
    match state.site.tracker.spawn(asking.in_current_span()).await {
        Ok(Ok(())) => {}
        Ok(Err(Error::Refused(Refusal::NotFound))) => return StatusCode::NOT_FOUND.into_response(),
        Ok(Err(error)) => {
            let error = anyhow::Error::from(error);
            tracing::warn!(error = format!("{error:#}"), "the provider was not heard; it is asked again later");
        }
        Err(error) => tracing::error!(%error, "the shopper's return failed"),
    }
    // Attempts of an earlier release come back with the token in their address, or in a cookie for this way alone.
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let answer = Redirect::to(&format!("/orders/{order}{query}")).into_response();
    let former = brought_payment_return(&headers);
    match former.and_then(|token| keep_order_link(order, token.as_str(), state.site.secure)) {
        Some(cookie) => ([(SET_COOKIE, cookie)], answer).into_response(),
        None => answer,
    }
}
