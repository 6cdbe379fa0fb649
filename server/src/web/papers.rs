//! The papers of one order, as files. Its owner's only, of who brings its token, and the staff's under an address of their
//! own; for others there is no such order.

use axum::Router;
use axum::extract::{Path, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use session::{Caller, note_unowned};
use shop::domain::OrderId;
use shop::usecase::{PaperFile, Result};

use super::State;
use super::asked_order::AskedOrder;
use super::staff_only::{nowhere, turned_away};
use super::unopened::unopened;

pub fn routes(state: State) -> Router {
    Router::new()
        .route("/orders/{id}/invoice.pdf", get(invoice))
        .route("/orders/{id}/credit-notes/{file}", get(credit_note))
        .route("/admin/orders/{id}/papers/{file}", get(for_staff).fallback(nowhere))
        .with_state(state)
}

async fn invoice(FromState(state): FromState<State>, asked: AskedOrder) -> Response {
    let owner = asked.access.owner;
    let file = state.site.shop.invoice_file(asked.access, asked.order).await;
    answer(note_unowned(owner, "an invoice", file))
}

async fn credit_note(
    FromState(state): FromState<State>,
    asked: AskedOrder,
    Path((_, file)): Path<(String, String)>,
) -> Response {
    let Some(number) = file.strip_suffix(".pdf") else { return StatusCode::NOT_FOUND.into_response() };
    let owner = asked.access.owner;
    let file = state.site.shop.credit_note_file(asked.access, asked.order, number).await;
    answer(note_unowned(owner, "a credit note", file))
}

/// Nobody else learns that there is such an address.
async fn for_staff(
    FromState(state): FromState<State>,
    caller: Caller,
    Path((order, file)): Path<(String, String)>,
) -> Response {
    let by = match caller.staff().await {
        Ok(by) => by,
        Err(error) => return turned_away(&error, "/admin/orders"),
    };
    let (Ok(order), Some(number)) = (order.parse::<OrderId>(), file.strip_suffix(".pdf")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    answer(state.site.shop.staff_paper_file(by, order, number).await)
}

fn answer(file: Result<PaperFile>) -> Response {
    file.map_or_else(|error| unopened(error, "an order's paper"), attached)
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
