//! All that is kept about a customer, as a file that staff hand out. By a form, not by a link: that it was handed out is written
//! down. Nobody else learns that there is such an address.

use axum::Router;
use axum::extract::{Path, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use session::Caller;
use shop::domain::PersonId;
use shop::usecase::CustomerExport;

use super::State;
use super::staff_only::{nowhere, turned_away};
use super::unopened::unopened;

pub fn routes(state: State) -> Router {
    Router::new().route("/admin/customers/{id}/export", post(export).fallback(nowhere)).with_state(state)
}

async fn export(FromState(state): FromState<State>, caller: Caller, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<PersonId>() else { return StatusCode::NOT_FOUND.into_response() };
    let by = match caller.staff().await {
        Ok(by) => by,
        Err(error) => return turned_away(&error, &format!("/admin/customers/{id}")),
    };
    let shop = state.site.shop.clone();
    let exported = caller.tracked(async move { shop.export_customer(by, id).await }).await;
    exported.map_or_else(|error| unopened(error, "a customer's data"), attached)
}

/// Kept by nobody but whom it is handed to.
fn attached(export: CustomerExport) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"customer-{}.json\"", export.id)),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, format!("{:#}\n", export.json)).into_response()
}
