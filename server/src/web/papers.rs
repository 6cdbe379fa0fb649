//! The papers of one order, as files. Its owner's only, of who brings its token, and the staff's under an address of their
//! own; for others there is no such order.

use axum::Router;
use axum::extract::{Path, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use session::Caller;
use shop::domain::OrderId;
use shop::usecase::{PaperFile, Result};

use super::State;
use super::asked_order::{AskedOrder, unopened};

pub fn routes(state: State) -> Router {
    Router::new()
        .route("/orders/{id}/invoice.pdf", get(invoice))
        .route("/orders/{id}/credit-notes/{file}", get(credit_note))
        .route("/admin/orders/{id}/papers/{file}", get(for_staff))
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

/// Nobody else learns that there is such an address.
async fn for_staff(
    FromState(state): FromState<State>,
    caller: Caller,
    Path((order, file)): Path<(String, String)>,
) -> Response {
    let (Ok(by), Ok(order), Some(number)) = (caller.staff().await, order.parse::<OrderId>(), file.strip_suffix(".pdf"))
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    answer(state.site.shop.staff_paper_file(by, order, number).await)
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
