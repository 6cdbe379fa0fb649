//! Routes that are made when somebody first asks for one of them. Making them touches much of what the program touches at
//! start: server functions are gathered, and the routes of the API make the document that describes them. A process that nobody asks, or of which only health and files are asked, does without.

use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::future::RouteFuture;
use futures::future::{BoxFuture, Either};
use http::StatusCode;
use tokio::sync::OnceCell;
use tokio::task::{JoinError, spawn_blocking};
use tower::Service;

/// The routes below `/api`, and all others.
#[derive(Clone)]
pub(super) struct DeferredRoutes {
    api: Arc<Deferred>,
    others: Arc<Deferred>,
}

impl DeferredRoutes {
    pub(super) fn new(
        api: impl Fn() -> Router + Send + Sync + 'static,
        others: impl Fn() -> Router + Send + Sync + 'static,
    ) -> Self {
        Self { api: Arc::new(Deferred::new(api)), others: Arc::new(Deferred::new(others)) }
    }

    fn of(&self, path: &str) -> &Arc<Deferred> {
        if path == "/api" || path.starts_with("/api/") { &self.api } else { &self.others }
    }
}

impl Service<Request> for DeferredRoutes {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<RouteFuture<Infallible>, BoxFuture<'static, Result<Response, Infallible>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let deferred = self.of(request.uri().path());
        match deferred.made.get() {
            Some(routes) => Either::Left(routes.clone().call(request)),
            None => Either::Right(Box::pin(answer_first(Arc::clone(deferred), request))),
        }
    }
}

async fn answer_first(deferred: Arc<Deferred>, request: Request) -> Result<Response, Infallible> {
    match deferred.routes().await {
        Ok(mut routes) => routes.call(request).await,
        Err(failed) => {
            tracing::error!(error = %failed, "routes could not be made");
            Ok(StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
    }
}

struct Deferred {
    made: OnceCell<Router>,
    make: Box<dyn Fn() -> Router + Send + Sync>,
}

impl Deferred {
    fn new(make: impl Fn() -> Router + Send + Sync + 'static) -> Self {
        Self { made: OnceCell::new(), make: Box::new(make) }
    }

    /// Made on a thread for slow work: it takes milliseconds.
    async fn routes(self: &Arc<Self>) -> Result<Router, JoinError> {
        let deferred = Arc::clone(self);
        self.made.get_or_try_init(|| spawn_blocking(move || (deferred.make)())).await.cloned()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use axum::body::{Body, to_bytes};
    use tower::ServiceExt as _;

    use super::*;

    /// Answers everything with `word`, once the first `failures` attempts to make it have failed.
    fn routes(made: Arc<AtomicUsize>, word: &'static str, failures: usize) -> impl Fn() -> Router + Send + Sync {
        move || {
            assert!(made.fetch_add(1, SeqCst) >= failures, "not yet");
            Router::new().fallback(async move || word)
        }
    }

    async fn ask(routes: &DeferredRoutes, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = routes.clone().oneshot(request).await.unwrap();
        let status = answer.status();
        (status, String::from_utf8(to_bytes(answer.into_body(), 99).await.unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn routes_are_made_once_and_only_for_who_asks_for_one_of_them() {
        let [api, pages]: [Arc<AtomicUsize>; 2] = Default::default();
        let both = DeferredRoutes::new(routes(Arc::clone(&api), "api", 0), routes(Arc::clone(&pages), "page", 0));
        let page = (StatusCode::OK, "page".to_owned());
        assert_eq!(pages.load(SeqCst), 0);
        let first = tokio::join!(ask(&both, "/cart"), ask(&both, "/apiary"));
        assert_eq!(first, (page.clone(), page.clone()));
        assert_eq!(ask(&both, "/").await, page);
        assert_eq!((api.load(SeqCst), pages.load(SeqCst)), (0, 1));
        for path in ["/api", "/api/", "/api/v1/products"] {
            assert_eq!(ask(&both, path).await, (StatusCode::OK, "api".to_owned()), "{path}");
        }
        assert_eq!((api.load(SeqCst), pages.load(SeqCst)), (1, 1));
    }

    #[tokio::test]
    async fn what_could_not_be_made_is_made_for_the_next_who_asks() {
        let both = DeferredRoutes::new(routes(Arc::default(), "api", 0), routes(Arc::default(), "page", 1));
        assert_eq!(ask(&both, "/").await, (StatusCode::INTERNAL_SERVER_ERROR, String::new()));
        assert_eq!(ask(&both, "/").await, (StatusCode::OK, "page".to_owned()));
    }
}
