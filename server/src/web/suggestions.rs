//! What is offered while somebody types into the search: a piece of a page, for the search field of the header. It is the same for
//! everybody, so no session is read, and browsers and proxies may keep it for a second.

use axum::Router;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::header::CACHE_CONTROL;
use http::{HeaderName, Uri};
use session::{ShownShop, Site};
use url::form_urlencoded;

use super::unopened::unopened;

/// As long as whatever is shown to everybody may be stale: prices go on meanwhile.
const KEPT: &str = "public, max-age=1";
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

pub fn routes(site: &Site) -> Router {
    Router::new().route("/search/suggestions", get(suggestions)).with_state(site.clone())
}

/// Of an address that says nothing there are none.
async fn suggestions(ShownShop(shop): ShownShop, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let typed = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q").map(|(_, typed)| typed);
    match shop.suggest(&typed.unwrap_or_default()).await {
        Ok(found) => ([(CACHE_CONTROL, KEPT), (ROBOTS, "noindex")], Html(app::suggestions_html(found))).into_response(),
        Err(error) => unopened(error, "suggestions"),
    }
}
