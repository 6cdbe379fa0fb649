//! Ending a letter with one click, as mail programs do it for their readers (RFC 8058): they post to the address that stands in
//! the letter's headers, without a session and without a word on where they come from. A person who opens it finds a page with a
//! button: programs that look at links change nothing.

use axum::Router;
use axum::extract::{Query, State as FromState};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use serde::Deserialize;
use shop::usecase::LinkToken;

use super::State;
use super::unopened::not_now;

pub fn routes(state: State) -> Router {
    Router::new().route("/unsubscribe", get(look).post(end)).with_state(state)
}

#[derive(Deserialize)]
struct Brought {
    #[serde(default)]
    token: String,
}

async fn look(FromState(state): FromState<State>, Query(Brought { token }): Query<Brought>) -> Response {
    let is_token = token.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    let token = if is_token { token } else { String::new() };
    let is_request = state.site.shop.ends_review_requests(&LinkToken::brought(&token)).unwrap_or_default();
    let page = if is_request { "/review-requests" } else { "/stock-wish" };
    Redirect::to(&format!("{page}?token={token}")).into_response()
}

/// The same answer whether there was such a letter or not.
async fn end(FromState(state): FromState<State>, Query(Brought { token }): Query<Brought>) -> Response {
    let shop = state.site.shop.clone();
    let ended = state.site.tracker.spawn(async move {
        let token = LinkToken::brought(&token);
        if shop.end_review_requests(&token).await? { Ok(()) } else { shop.end_stock_wish(&token).await }
    });
    match ended.await {
        Ok(Ok(())) => (StatusCode::OK, "You get no more of these letters.\n").into_response(),
        Ok(Err(error)) => {
            tracing::warn!(error = format!("{:#}", anyhow::Error::from(error)), "a letter was not ended");
            not_now()
        }
        Err(_) => not_now(),
    }
}
