//! Every request: its id, its span in the log, its time limit, and what happens when answering it panics.

use std::any::Any;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, StatusCode};
use shop::infrastructure::clock::RandomIds;
use shop::usecase::Ids;
use tokio::time::{Instant, timeout};
use tracing::Instrument;

use super::pages::ErrorPages;
use crate::supervisor::words_of;

const ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long an answer may take to begin.
const LIMIT: Duration = Duration::from_secs(15);

/// Gives the request an id, or keeps the one a proxy gave it; it stands in every line logged meanwhile and in the
/// answer.
pub async fn identify(mut request: Request, next: Next) -> Response {
    let given = request.headers().get(&ID).filter(|id| is_an_id(id.as_bytes())).cloned();
    let id = given
        .or_else(|| HeaderValue::from_str(&RandomIds.next().to_string()).ok())
        .unwrap_or_else(|| HeaderValue::from_static("none"));
    request.headers_mut().insert(ID, id.clone());
    let span = tracing::info_span!(
        "request",
        id = id.to_str().unwrap_or_default(),
        method = %request.method(),
        path = request.uri().path(),
    );
    let mut response = log_answer(request, next).instrument(span).await;
    response.headers_mut().insert(ID, id);
    response
}

async fn log_answer(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let response = next.run(request).await;
    let (status, ms) = (response.status().as_u16(), began.elapsed().as_millis());
    if response.status().is_server_error() {
        tracing::warn!(status, ms, "answered");
    } else {
        tracing::debug!(status, ms, "answered");
    }
    response
}

fn is_an_id(text: &[u8]) -> bool {
    (1..=64).contains(&text.len()) && text.iter().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
}

/// Not for streams: they begin at once and go on for long.
pub async fn limit_time(State(pages): State<ErrorPages>, request: Request, next: Next) -> Response {
    timeout(LIMIT, next.run(request)).await.unwrap_or_else(|_| {
        tracing::warn!("not answered in time");
        pages.page(StatusCode::SERVICE_UNAVAILABLE)
    })
}

/// The answer to a request whose handler panicked.
pub fn after_panic(pages: &ErrorPages, panic: &(dyn Any + Send)) -> Response {
    tracing::error!(panic = words_of(panic), "panicked");
    pages.page(StatusCode::INTERNAL_SERVER_ERROR)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use tower::ServiceExt as _;
    use tower_http::catch_panic::CatchPanicLayer;

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
        let pages = ErrorPages::new("Kiln & Loom", "/pkg/shop.css");
        let caught = CatchPanicLayer::custom(move |panic: Box<dyn Any + Send>| after_panic(&pages, &*panic));
        let router = axum::Router::new().route("/", axum::routing::get(broken)).layer(caught);
        let answer = router.oneshot(Request::get("/").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let page = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
        let page = String::from_utf8_lossy(&page);
        assert!(page.contains("Kiln &amp; Loom") && !page.contains("secret"), "{page}");
    }
}
