//! The catalogue's pages, kept for a moment after they were rendered, for visitors of whom nothing is known: who brings a cookie
//! or a key is answered by a rendering, and so is whoever asks for anything else. It stands before places, sessions and Leptos,
//! and within what every request and every answer goes through (`middleware`): these are logged, counted and headed as all are.
//!
//! No page is older than a change of staff that this process knows of: its own, and those of others that it was notified of
//! (`changes`). Of stock that orders take none hears, and of others' changes none while the database cannot say so: there a page's
//! age is the limit (`kept`), and nothing on it is older than a second. What comes from a replica is as much older as that may be
//! behind.
//!
//! It is also the one place where pages are compressed (`zipped`): of other pages something may be somebody's own.

mod kept;
mod page;
mod zipped;

use std::sync::Arc;

use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, COOKIE, VARY};
use http::{HeaderValue, Method, StatusCode};
use session::Site;
use shop::dto::ShopContent;
use shop::usecase::{COUNTS, Store as _};
use tokio::time::Instant;

use super::embedded::takes;
use super::responses::names_token;
use super::visits::Visit;
use crate::metrics::SeenRoute;
use kept::{KeptPages, Look, Turn};
use page::{GZIP, Page, is_for_everybody};

/// Addresses with more to say are hardly asked for twice.
const LONGEST: usize = 512;

pub struct PageCache {
    site: Site,
    kept: KeptPages<Version, Page>,
}

/// What a page is made of, as far as this process hears of changes.
struct Version {
    staff_changes: u64,
    /// The same place in memory until it says something else.
    content: Arc<ShopContent>,
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.staff_changes == other.staff_changes && Arc::ptr_eq(&self.content, &other.content)
    }
}

impl PageCache {
    /// Of so many bytes at most; none of none.
    pub fn of(site: &Site, most_bytes: usize) -> Option<Arc<Self>> {
        (most_bytes > 0).then(|| Arc::new(Self { site: site.clone(), kept: KeptPages::new(most_bytes) }))
    }

    /// The page as it is kept; else it is rendered, by one for all who ask meanwhile.
    pub async fn answer(&self, request: Request, next: Next) -> Response {
        let Some(mut look) = self.look(&request) else { return next.run(request).await };
        if let Look::UnderWay(rendering) = look {
            look = match rendering.left().await {
                Some(page) => Look::Found(page),
                // Whoever rendered it has gone away, or it is nothing to keep.
                None => self.look(&request).unwrap_or(Look::Full),
            };
        }
        match look {
            Look::Found(page) => self.hit(&page, &request),
            Look::Turn(turn) => render(turn, request, next).await,
            // Nobody waits twice.
            Look::UnderWay(_) | Look::Full => {
                COUNTS.page_cache_misses.add(1);
                next.run(request).await
            }
        }
    }

    /// None: what is asked for is not kept for whoever asks.
    fn look(&self, request: &Request) -> Option<Look<Version, Page>> {
        let address = address(request)?;
        // Before anything of the page is read: what changes from here on makes another version.
        let (version, now) = (self.version(), Instant::now());
        if request.method() == Method::HEAD {
            // There will be no body that others could have.
            return self.kept.find(address, &version, now).map(Look::Found);
        }
        Some(self.kept.look(address, version, now))
    }

    fn version(&self) -> Version {
        let shop = &self.site.shop;
        Version { staff_changes: shop.store().staff_changes(), content: shop.content() }
    }

    fn hit(&self, page: &Page, request: &Request) -> Response {
        COUNTS.page_cache_hits.add(1);
        if let Some(visit) = Visit::of(&self.site, request) {
            visit.note(&self.site.shop);
        }
        if let (Some(seen), Some(route)) = (request.extensions().get::<SeenRoute>(), page.route()) {
            seen.note_same(route);
        }
        page.answer(request.method() == Method::HEAD, takes(request.headers(), GZIP))
    }
}

async fn render(turn: Turn<Version, Page>, request: Request, next: Next) -> Response {
    COUNTS.page_cache_misses.add(1);
    let route = request.extensions().get::<SeenRoute>().cloned();
    let takes_gzip = takes(request.headers(), GZIP);
    let response = next.run(request).await;
    if !is_for_everybody(&response) {
        return response;
    }
    let (mut head, body) = response.into_parts();
    head.headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    // It is in memory as one piece already (`document`).
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Some(page) = Page::of(&head, &body, route) {
        let (bytes, zipped) = (page.bytes(), if takes_gzip { page.zipped_as_rendered() } else { None });
        turn.keep(page, bytes);
        if let Some(zipped) = zipped {
            head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(GZIP));
            head.headers.insert(CONTENT_LENGTH, HeaderValue::from(zipped.len()));
            return Response::from_parts(head, Body::from(zipped));
        }
    }
    Response::from_parts(head, Body::from(body))
}

/// What a page is kept by. It depends on nothing else where nobody is known by a cookie or a key: the shop's own address is that
/// of its settings, whatever host is asked.
fn address(request: &Request) -> Option<&str> {
    let (uri, headers) = (request.uri(), request.headers());
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD) && request.body().is_end_stream();
    let is_known = headers.contains_key(COOKIE) || headers.contains_key(AUTHORIZATION);
    let is_plain = uri.authority().is_none() && !uri.query().is_some_and(names_token);
    let address = uri.path_and_query()?.as_str();
    (is_read && !is_known && is_plain && address.len() <= LONGEST && is_kept(uri.path())).then_some(address)
}

/// The first page, listings and searches, products and what is said of them, and pages of text.
fn is_kept(path: &str) -> bool {
    let mut parts = path.split('/').skip(1);
    matches!(
        (parts.next(), parts.next(), parts.next(), parts.next()),
        (Some("" | "products"), None, None, None)
            | (Some("products"), Some(_), None | Some("reviews"), None)
            | (Some("pages"), Some(_), None, None)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: Method, uri: &str, headers: &[(&str, &str)]) -> bool {
        let request = Request::builder().method(method).uri(uri);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        address(&request.body(Body::empty()).unwrap()).is_some()
    }

    #[test]
    fn what_is_public_is_kept_for_whom_nothing_is_known_of_and_nothing_else_is() {
        let public =
            "/ /?x /products /products?q=mug&page=2 /products/mug /products/mug/reviews?sort=best /pages/terms";
        for uri in public.split(' ') {
            assert!(asked(Method::GET, uri, &[("accept-encoding", "br")]) && asked(Method::HEAD, uri, &[]), "{uri}");
            assert!(!asked(Method::POST, uri, &[]), "{uri}");
            for known in [("cookie", "session=1"), ("cookie", "x=y"), ("cookie", ""), ("authorization", "Bearer x")] {
                assert!(!asked(Method::GET, uri, &[known]), "{uri} {known:?}");
            }
        }
        let others = "/cart /login /orders /orders/1 /account /admin /admin/products /track /api/v1/products /do/header /pages \
            /pages/a/b /products/mug/reviews/1 /products/mug/other /search/suggestions?q=x /products?token=x \
            /?next=/orders/1%3Ftoken%3Dx http://other.example/products";
        for uri in others.split_whitespace() {
            assert!(!asked(Method::GET, uri, &[]), "{uri}");
        }
        assert!(!asked(Method::GET, &format!("/products?q={}", "x".repeat(LONGEST)), &[]));
    }

    #[test]
    fn whoever_sends_something_along_is_answered_by_a_rendering() {
        let request = Request::get("/").body(Body::from("x")).unwrap();
        assert!(address(&request).is_none());
    }
}
