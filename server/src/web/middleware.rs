//! What every request goes through, and its answer after it: an id and a span in the log, what is refused or sent on
//! before anybody looks closer, pages that are kept (`page_cache`), panics, and the finish that every answer gets (`responses`).
//!
//! It is one layer on purpose: each layer of its own would box and clone for every request.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::FutureExt as _;
use http::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use session::NewDevice;
use shop::infrastructure::clock::RandomIds;
use shop::infrastructure::postgres::{SessionUse, using_session};
use shop::usecase::{Ids, is_traced};
use tokio::time::Instant;
use tracing::Instrument as _;

use super::page_cache::PageCache;
use super::pages::ErrorPages;
use super::responses::{Asked, Responses};
use super::visits::is_prefetch;
use super::{origins, paths};
use crate::api;
use crate::metrics::{RequestMetrics, SeenRoute, method_label};
use crate::supervisor::words_of;
use crate::telemetry::RequestStep;

const ID: HeaderName = HeaderName::from_static("x-request-id");

#[derive(Clone)]
pub struct Middleware {
    responses: Arc<Responses>,
    requests: Option<RequestMetrics>,
    page_cache: Option<Arc<PageCache>>,
    /// What browsers keep that have just changed something.
    recent_write: Option<HeaderValue>,
}

impl Middleware {
    pub fn new(pages: ErrorPages, secure: bool, subdomains: bool) -> Self {
        let responses = Arc::new(Responses::new(pages, secure, subdomains));
        Self { responses, requests: None, page_cache: None, recent_write: None }
    }

    /// The same, which counts what it answers.
    pub fn counting(self, requests: Option<RequestMetrics>) -> Self {
        Self { requests, ..self }
    }

    /// The same, which keeps pages of the catalogue for a moment.
    pub fn keeping(self, page_cache: Option<Arc<PageCache>>) -> Self {
        Self { page_cache, ..self }
    }

    /// The same before a replica, by which browsers know that they have just changed something.
    pub fn noting_writes(self, recent_write: Option<HeaderValue>) -> Self {
        Self { recent_write, ..self }
    }
}

pub async fn handle(State(middleware): State<Middleware>, mut request: Request, next: Next) -> Response {
    let id = identify(&mut request);
    set_apart(&mut request);
    let device = expect_device(&mut request);
    let recent_write = middleware.recent_write.clone().filter(|_| may_write(&request));
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path = request.uri().path(),
    );
    // Within it, so that lines of the log bear both.
    let step = span.in_scope(|| RequestStep::begin(method_label(request.method()), id.to_str().unwrap_or_default()));
    // In a box: it is large, and would be copied into each of what stands around it.
    let answering = Box::pin(answer(&middleware, request, next, &step)).instrument(step.span().clone());
    let mut response = answering.instrument(span).await;
    for cookie in device.and_then(|device| device.cookie()).into_iter().chain(recent_write) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response.headers_mut().insert(ID, id);
    response
}

async fn answer(middleware: &Middleware, mut request: Request, next: Next, step: &RequestStep) -> Response {
    let Middleware { responses, requests, page_cache, .. } = middleware;
    let began = Instant::now();
    let asked = Asked::of(&request, responses.secure());
    let method = request.method().clone();
    let route = (requests.is_some() || is_traced()).then(|| expect_route(&mut request));
    let response = match answer_early(responses, &request) {
        Some(response) => response,
        None => {
            let used = SessionUse { is_ahead: is_prefetch(request.headers()), shows_count: shows_count(&request) };
            let answered = using_session(used, async {
                match page_cache {
                    // In a box, as all that not every request comes to: each would carry the room for it along.
                    Some(pages) => Box::pin(pages.answer(request, next)).await,
                    None => next.run(request).await,
                }
            });
            let answered = AssertUnwindSafe(answered).catch_unwind().await;
            answered.unwrap_or_else(|panic| after_panic(responses.pages(), &*panic))
        }
    };
    let response = responses.finish(&asked, response).await;
    let took = began.elapsed();
    if let Some(route) = route {
        step.end(method_label(&method), route.as_str(), response.status());
        if let Some(requests) = requests {
            requests.count(&method, &route, response.status(), took);
        }
    }
    let (status, ms) = (response.status().as_u16(), took.as_millis());
    if response.status().is_server_error() {
        tracing::warn!(status, ms, "answered");
    } else {
        tracing::debug!(status, ms, "answered");
    }
    response
}

/// A call with a key is known by it alone: it has no session, so no other site can borrow one, and it does not matter
/// where it comes from. No browser adds a key by itself, nor for another site's page.
fn set_apart(request: &mut Request) {
    if api::brings_key(request) {
        for name in [COOKIE, ORIGIN, origins::FETCH_SITE] {
            request.headers_mut().remove(name);
        }
    }
}

/// Of a browser: programs keep no cookies, and read what is written to in any case.
fn may_write(request: &Request) -> bool {
    let only_reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    !only_reads && !api::brings_key(request)
}

/// Whether it asks for a page, whose header counts what is in the cart. A form leads on to another page, and the API has no header.
fn shows_count(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD) && !request.uri().path().starts_with("/api/")
}

/// The route that answers this request is noted there.
fn expect_route(request: &mut Request) -> SeenRoute {
    let route = SeenRoute::default();
    request.extensions_mut().insert(route.clone());
    route
}

/// Whoever signs in with this request leaves there what their browser is to keep. Nobody does by reading.
fn expect_device(request: &mut Request) -> Option<NewDevice> {
    (request.method() == Method::POST).then(|| {
        let device = NewDevice::default();
        request.extensions_mut().insert(device.clone());
        device
    })
}

/// The id that a proxy gave the request, or a new one; it stands in every line logged meanwhile and in the answer.
fn identify(request: &mut Request) -> HeaderValue {
    let given = request.headers().get(&ID).filter(|id| is_an_id(id.as_bytes())).cloned();
    let id = given
        .or_else(|| HeaderValue::from_str(RandomIds.next().hyphenated().encode_lower(&mut [0; 36])).ok())
        .unwrap_or_else(|| HeaderValue::from_static("none"));
    request.headers_mut().insert(ID, id.clone());
    id
}

fn is_an_id(text: &[u8]) -> bool {
    (1..=64).contains(&text.len()) && text.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
}

/// What need not be looked at closer.
fn answer_early(responses: &Responses, request: &Request) -> Option<Response> {
    if let Some(status) = paths::refused(request.uri()) {
        return Some(responses.pages().page(status));
    }
    if origins::is_unattributed(request, responses.session_cookie()) {
        return Some(responses.pages().page(StatusCode::FORBIDDEN));
    }
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    paths::one_address(request.uri()).filter(|_| is_read).and_then(moved)
}

fn moved(to: Uri) -> Option<Response> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response.headers_mut().insert(LOCATION, HeaderValue::from_str(&to.to_string()).ok()?);
    Some(response)
}

/// The answer to a request whose handler panicked.
fn after_panic(pages: &ErrorPages, panic: &(dyn Any + Send)) -> Response {
    tracing::error!(panic = words_of(panic), "panicked");
    pages.page(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use axum::middleware::from_fn_with_state;
    use tower::ServiceExt as _;

    use super::*;

    #[test]
    fn an_id_from_outside_is_plain_and_short() {
        assert!(is_an_id(b"0191a-b_c.d"));
        assert!(!is_an_id(b""));
        assert!(!is_an_id(b"a b"));
        assert!(!is_an_id(&[b'a'; 65]));
    }

    #[tokio::test]
    async fn a_panic_is_a_500_page_that_says_nothing_of_it() {
        async fn broken() -> &'static str {
            std::panic::panic_any("the secret of the panic");
        }
        let middleware = Middleware::new(ErrorPages::new(Arc::default, "/pkg/shop.css"), false, false);
        let router =
            axum::Router::new().route("/", axum::routing::get(broken)).layer(from_fn_with_state(middleware, handle));
        let answer = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let page = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
        let page = String::from_utf8_lossy(&page);
        assert!(page.contains("Something went wrong") && !page.contains("secret"), "{page}");
    }
}
