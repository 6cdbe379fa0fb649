//! What every handler of the floor takes and answers.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use sqlx::PgPool;

/// Whatever goes wrong here ends the measurement.
pub(crate) struct Failure(anyhow::Error);

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, format!("{:#}", self.0)).into_response()
    }
}

pub(crate) type Answer = std::result::Result<Response, Failure>;
pub(crate) type Pool = State<PgPool>;
