//! What the tests of the pages and of the API share: the real router on a test's database, and an answer read to its end.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use server::config::{Config, Environment};
use server::supervisor::Board;
use server::web::{State, router};
use shop::infrastructure::LiveShop;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}

/// The whole web of a shop, behind HTTPS where `secure`.
pub fn router_on(url: &str, shop: LiveShop, secure: bool) -> Router {
    router_of(url, shop, secure, Environment::default(), Board::default())
}

/// The same, with more that is set, of a process that does what its board says.
pub fn router_of(url: &str, shop: LiveShop, secure: bool, more: Environment, board: Board) -> Router {
    // A test that changes something by SQL wants to see it at once.
    let page_cache_bytes = more.page_cache_bytes.clone().or_else(|| Some("0".to_owned()));
    let scheme = if secure { "https" } else { "http" };
    let environment = Environment {
        database_url: Some(url.to_owned()),
        base_url: Some(format!("{scheme}://shop.example")),
        secret_key: Some("a secret key of the tests, 32 long".to_owned()),
        payment_sandbox_public: Some("true".to_owned()),
        page_cache_bytes,
        ..more
    };
    let config = Config::read(&environment).map_err(|_| "config").unwrap();
    let state = State::new(&config, shop, TaskTracker::new(), board, CancellationToken::new()).unwrap();
    router(state)
}

pub async fn ask(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 4 << 20).await.unwrap();
    Answer { status: parts.status, headers: parts.headers, text: String::from_utf8_lossy(&bytes).into_owned() }
}
