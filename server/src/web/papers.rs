//! The papers of one order, as files. Its owner's only, and of who brings its token; for others there is no such order.

use axum::Router;
use axum::extract::{Path, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use shop::usecase::{PaperFile, Result};

use super::State;
use super::asked_order::{AskedOrder, unopened};

pub fn routes(state: State) -> Router {
    Router::new()
        .route("/orders/{id}/invoice.pdf", get(invoice))
        .route("/orders/{id}/credit-notes/{file}", get(credit_note))
        .with_state(state)
}

async fn invoice(FromState(state): FromState<State>, asked: AskedOrder) -> Response {
    answer(state.site.shop.invoice_file(asked.access, asked.order).await)
}

async fn credit_note(
    FromState(state): FromState<State>,
    asked: AskedOrder,
    Path((_, file)): Path<(String, String)>,
) -> Response {
    let Some(number) = file.strip_suffix(".pdf") else { return StatusCode::NOT_FOUND.into_response() };
    answer(state.site.shop.credit_note_file(asked.access, asked.order, number).await)
}

fn answer(file: Result<PaperFile>) -> Response {
    file.map_or_else(|error| unopened(error, "its paper"), attached)
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
