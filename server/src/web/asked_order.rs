//! The order that an address of ours names beside its page, and what opens it: the session, a token in a cookie or in the header
//! `Order-Token`, or one in the query, which a browser is led away from. What does not open it answers as if there were no such order.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::SET_COOKIE;
use http::request::Parts;
use serde::Deserialize;
use session::{Caller, asks_for_page, brought_order_link, keep_order_link};
use shop::domain::OrderId;
use shop::usecase::{OrderAccess, OrderToken};

use super::State;

/// Of an address with `{id}` in it.
pub struct AskedOrder {
    pub order: OrderId,
    pub access: OrderAccess,
}

/// What may open an order beside the session.
#[derive(Deserialize)]
struct Brought {
    #[serde(default)]
    token: String,
}

impl FromRequestParts<State> for AskedOrder {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Response> {
        let caller = Caller::from_request_parts(parts, state).await.map_err(|(status, _)| status.into_response())?;
        let brought = Query::<Brought>::from_request_parts(parts, state).await;
        let brought = brought.map_err(|_| StatusCode::BAD_REQUEST.into_response())?.0;
        let names = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let names = names.map_err(|_| StatusCode::NOT_FOUND.into_response())?.0;
        let order = names.get("id").and_then(|id| id.parse().ok());
        let order = order.ok_or_else(|| StatusCode::NOT_FOUND.into_response())?;
        let in_query = OrderToken::brought(&brought.token);
        if let Some(led_on) = in_query.as_ref().and_then(|token| without_token(parts, state, order, token)) {
            return Err(led_on);
        }
        let access = caller.order_access("").await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())?;
        let in_header = || OrderToken::brought(parts.headers.get("order-token")?.to_str().ok()?);
        let token = in_query.or_else(in_header).or_else(|| brought_order_link(&parts.headers, state.site.secure));
        Ok(Self { order, access: OrderAccess { token, ..access } })
    }
}

/// A browser that brings the right token in the address is led to the same one without; the token waits in a cookie. A wrong one
/// is no secret.
fn without_token(parts: &Parts, state: &State, order: OrderId, token: &OrderToken) -> Option<Response> {
    let opens = asks_for_page(&parts.headers) && state.site.shop.opens_order(token, order).unwrap_or(false);
    let cookie = keep_order_link(order, token.as_str(), state.site.secure).filter(|_| opens)?;
    Some(([(SET_COOKIE, cookie)], Redirect::to(parts.uri.path())).into_response())
}
