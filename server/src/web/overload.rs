//! More requests than can be worked on: whoever finds no place waits a second for one, and is told to come back if there is
//! none by then. What reads and what writes have places of their own, so neither keeps the other out.
//!
//! Health, files, uploads and streams take none, nor does whoever brings a password: that waits for a core of its own
//! (`infrastructure/password.rs`), and many who do so are no reason to refuse a form.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{Method, StatusCode};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::body::is_of_accounts;
use super::pages::ErrorPages;

/// How long a request waits for a place. It has waited for nothing else yet, so what is admitted is answered soon.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub struct Places {
    reading: Arc<Semaphore>,
    writing: Arc<Semaphore>,
    pages: ErrorPages,
}

impl Places {
    /// So many for what reads, and as many for what writes.
    pub fn new(most: usize, pages: ErrorPages) -> Self {
        Self { reading: Arc::new(Semaphore::new(most)), writing: Arc::new(Semaphore::new(most)), pages }
    }

    fn of(&self, request: &Request) -> Option<&Arc<Semaphore>> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return Some(&self.reading);
        }
        (!is_of_accounts(request.uri().path())).then_some(&self.writing)
    }
}

/// A place is held until the answer begins.
pub async fn with_place(State(places): State<Places>, request: Request, next: Next) -> Response {
    let Some(semaphore) = places.of(&request) else { return next.run(request).await };
    // Nearly always there is one, and no clock is set.
    if let Ok(_place) = semaphore.try_acquire() {
        return next.run(request).await;
    }
    match Box::pin(timeout(PATIENCE, semaphore.acquire())).await {
        Ok(Ok(_place)) => next.run(request).await,
        Ok(Err(_)) | Err(_) => places.pages.page(StatusCode::SERVICE_UNAVAILABLE),
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::{get, post};
    use http::header::RETRY_AFTER;
    use tokio::sync::Notify;
    use tokio::time::Instant;
    use tower::ServiceExt as _;

    use super::*;

    /// One place, and pages that take until somebody says so.
    fn busy() -> (Router, Arc<Notify>) {
        let done = Arc::new(Notify::new());
        let waits = Arc::clone(&done);
        let slow = move || {
            let waits = Arc::clone(&waits);
            async move { waits.notified().await }
        };
        let places = Places::new(1, ErrorPages::new(Arc::default, "/pkg/shop.css"));
        let routes = Router::new()
            .route("/slow", get(slow))
            .route("/do/add", post(async || "added"))
            .route("/do/login", post(async || "in"));
        (routes.layer(from_fn_with_state(places, with_place)), done)
    }

    async fn status(router: &Router, method: Method, path: &str) -> (StatusCode, bool) {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        (answer.status(), answer.headers().contains_key(RETRY_AFTER))
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_finds_no_place_waits_a_second_and_is_told_to_come_back() {
        let (router, done) = busy();
        let first = tokio::spawn({
            let router = router.clone();
            async move { status(&router, Method::GET, "/slow").await }
        });
        tokio::task::yield_now().await;
        let began = Instant::now();
        assert_eq!(status(&router, Method::GET, "/slow").await, (StatusCode::SERVICE_UNAVAILABLE, true));
        assert_eq!(began.elapsed().as_secs(), 1);
        for path in ["/do/add", "/do/login"] {
            assert_eq!(status(&router, Method::POST, path).await, (StatusCode::OK, false), "{path}");
        }
        let second = tokio::spawn({
            let router = router.clone();
            async move { status(&router, Method::GET, "/slow").await }
        });
        tokio::task::yield_now().await;
        done.notify_one();
        assert_eq!(first.await.unwrap().0, StatusCode::OK);
        done.notify_one();
        assert_eq!(second.await.unwrap().0, StatusCode::OK, "it waited, and there was a place in time");
    }
}
