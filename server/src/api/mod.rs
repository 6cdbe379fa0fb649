//! The JSON API, `/api/v1`: the same use cases as the pages, for programs. No rule of its own.
//!
//! Handlers ask who calls, read the body into a shape, call the core, and answer with a shape. What they take and answer
//! is told by their own code: `docs/openapi.json` is made of it, and served at `/api/v1/openapi.json`; `/api/docs` is made
//! of the document.

mod addresses;
mod auth;
mod cart;
mod docs;
mod document;
#[cfg(test)]
mod document_of_handlers;
mod fulfilment;
mod idempotency;
mod input;
mod keys;
mod kinds;
mod orders;
mod paths;
mod payments;
mod problem;
mod products;
mod returns;
mod reviews;
mod settings;
pub(crate) mod shapes;
mod suggestions;
mod users;

use axum::Router;
use axum::body::Bytes;
use axum::middleware::from_fn_with_state;
use axum::response::Html;
use axum::routing::{any, get};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use session::Site;

use paths::Routes;

pub use document::document;
pub use keys::brings_key;
pub use problem::as_problem;

/// What is answered under `/api`. The session layer goes around it; to who brings a key it is as if there were none.
/// `stylesheet` is what the readable page looks like.
pub fn routes(site: &Site, stylesheet: &str) -> Router {
    let mut document = document(site.secure);
    document::with_decimals(&mut document, site.shop.settings().currency.decimals());
    // As text: as a tree it takes 2.6 MiB for as long as the process runs, and only the readable page wants one.
    let document = Bytes::from(document.to_string());
    let (told, shop, stylesheet) = (document.clone(), site.shop.clone(), stylesheet.to_owned());
    let readable = move || {
        let document = serde_json::from_slice::<Value>(&told).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        Ok::<_, StatusCode>(Html(docs::page(&document, &shop.content().name, &stylesheet)))
    };
    // Below /api nothing is a page: what is not there is not looked for among the pages.
    let nothing = async || StatusCode::NOT_FOUND;
    Router::new()
        .nest("/api/v1", every_route().into())
        .with_state(site.clone())
        .route("/api/v1/openapi.json", get(async move || ([(CONTENT_TYPE, "application/json")], document.clone())))
        .route("/api/docs", get(async move || readable()))
        .route("/api", any(nothing))
        .route("/api/", any(nothing))
        .route("/api/{*rest}", any(nothing))
        .layer(from_fn_with_state(site.clone(), keys::recognise))
}

fn every_route() -> Routes<Site> {
    Routes::new()
        .merge(auth::routes())
        .merge(products::routes())
        .merge(suggestions::routes())
        .merge(cart::routes())
        .merge(orders::routes())
        .merge(payments::routes())
        .merge(fulfilment::routes())
        .merge(returns::routes())
        .merge(reviews::routes())
        .merge(addresses::routes())
        .merge(settings::routes())
        .merge(users::routes())
}
