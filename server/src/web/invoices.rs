//! The invoice of one order, as a file. Its owner's only, and of who brings its token; for others there is no such order.

use axum::extract::{Path, Query, State as FromState};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, RETRY_AFTER};
use session::Caller;
use shop::domain::{OrderId, Refusal};
use shop::usecase::{Error, PaperFile};

use super::State;
use super::order_events::Brought;

pub async fn invoice(
    FromState(state): FromState<State>,
    Path(id): Path<String>,
    Query(brought): Query<Brought>,
    caller: Caller,
) -> Result<Response, StatusCode> {
    let access = caller.order_access(&brought.token).await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let order: OrderId = id.parse().map_err(|_| StatusCode::NOT_FOUND)?;
    match state.site.shop.invoice_file(access, order).await {
        Ok(file) => Ok(attached(file)),
        Err(Error::Refused(Refusal::NotFound)) => Err(StatusCode::NOT_FOUND),
        Err(error) => {
            tracing::warn!(error = format!("{:#}", anyhow::Error::from(error)), "no invoice");
            Ok((StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "10")]).into_response())
        }
    }
}

/// Shown by the browser, and kept by nobody but it. Numbers are of letters, digits and dashes.
fn attached(file: PaperFile) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, format!("inline; filename=\"{}.pdf\"", file.number)),
        (CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    (headers, file.bytes).into_response()
}
