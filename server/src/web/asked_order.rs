//! The order that an address of ours names beside its page, and what opens it: the session, or a token in the query. What
//! does not open it answers as if there were no such order.

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path, Query};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;
use http::request::Parts;
use serde::Deserialize;
use session::Caller;
use shop::domain::{OrderId, Refusal};
use shop::usecase::{Error, OrderAccess};

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
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, StatusCode> {
        let caller = Caller::from_request_parts(parts, state).await.map_err(|(status, _)| status)?;
        let brought = Query::<Brought>::from_request_parts(parts, state).await;
        let brought = brought.map_err(|_| StatusCode::BAD_REQUEST)?.0;
        let names = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let names = names.map_err(|_| StatusCode::NOT_FOUND)?.0;
        let order = names.get("id").and_then(|id| id.parse().ok()).ok_or(StatusCode::NOT_FOUND)?;
        let access = caller.order_access(&brought.token).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        Ok(Self { order, access })
    }
}

/// The answer where an order, or what was asked for of it, did not open.
pub fn unopened(error: Error, what: &'static str) -> Response {
    if let Error::Refused(Refusal::NotFound) = error {
        return StatusCode::NOT_FOUND.into_response();
    }
    tracing::warn!(error = format!("{:#}", anyhow::Error::from(error)), what, "an order did not open");
    not_now()
}

pub fn not_now() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "10")]).into_response()
}
