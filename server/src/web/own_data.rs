//! Everything that is kept of whoever asks, as a file. Its address names nobody: it is found by whose session asks, so there is no
//! other that somebody could try.

use axum::Router;
use axum::extract::State as FromState;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use session::Caller;

use super::State;
use super::unopened::unopened;

pub fn routes(state: State) -> Router {
    Router::new().route("/account/privacy/data.zip", get(download)).with_state(state)
}

async fn download(FromState(state): FromState<State>, caller: Caller) -> Response {
    let Ok(customer) = caller.customer() else {
        return Redirect::to("/login?next=%2Faccount%2Fprivacy").into_response();
    };
    let file = state.site.shop.data_export(customer).await;
    file.map_or_else(|error| unopened(error, "somebody's own data"), attached)
}

/// Kept by nobody but whom it is handed to.
fn attached(file: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/zip"),
        (CONTENT_DISPOSITION, "attachment; filename=\"your-data.zip\""),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, file).into_response()
}
