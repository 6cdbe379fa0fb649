//! What addresses that are no pages answer where what was asked for is not there, or not now.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;
use shop::domain::Refusal;
use shop::usecase::Error;

/// `what` was asked for, for whoever reads the log.
pub fn unopened(error: Error, what: &'static str) -> Response {
    if let Error::Refused(Refusal::NotFound) = error {
        return StatusCode::NOT_FOUND.into_response();
    }
    tracing::warn!(error = format!("{:#}", anyhow::Error::from(error)), what, "what was asked for did not open");
    not_now()
}

pub fn not_now() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "10")]).into_response()
}
