//! Requests: how many by route and status, and how long their answers took. The route is its pattern, never what stands in
//! its place: no id, token or word of a visitor becomes a label, and there are as many as there are routes.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use http::{Method, StatusCode};
use prometheus::{HistogramOpts, HistogramVec, IntCounterVec, Registry};
use tower::util::MapRequestLayer;

use super::families::counters;

/// In seconds: a page from memory, one from the database, an order, a password, and what is too long.
const BOUNDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];
/// The route of files, and of what nothing answers.
const NO_ROUTE: &str = "none";

/// Which route answered a request. It is found further in than where the answer is counted, so it is noted on the way.
#[derive(Debug, Clone, Default)]
pub struct SeenRoute(Arc<OnceLock<MatchedPath>>);

impl SeenRoute {
    pub fn as_str(&self) -> &str {
        self.0.get().map_or(NO_ROUTE, MatchedPath::as_str)
    }

    /// The one that answered another request, whose answer this one has, too.
    pub fn note_same(&self, other: &Self) {
        if let Some(route) = other.0.get() {
            self.0.get_or_init(|| route.clone());
        }
    }
}

/// The same routes, which are noted where requests are counted or traced: each is a box more then, and none otherwise.
pub fn noted<S>(routes: Router<S>, is_wanted: bool) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    if is_wanted { routes.route_layer(MapRequestLayer::new(note)) } else { routes }
}

fn note(request: Request) -> Request {
    let extensions = request.extensions();
    if let (Some(seen), Some(route)) = (extensions.get::<SeenRoute>(), extensions.get::<MatchedPath>()) {
        seen.0.get_or_init(|| route.clone());
    }
    request
}

/// Cheap to clone.
#[derive(Clone)]
pub struct RequestMetrics {
    answered: IntCounterVec,
    took: HistogramVec,
}

impl RequestMetrics {
    pub(super) fn on(registry: &Registry) -> prometheus::Result<Self> {
        let answered = counters(
            registry,
            "shop_http_requests_total",
            "Requests that were answered, by the pattern of their route",
            &["method", "route", "status"],
        )?;
        let took =
            HistogramOpts::new("shop_http_request_duration_seconds", "How long it took until a request's answer began");
        let took = HistogramVec::new(took.buckets(BOUNDS.to_vec()), &["method", "route"])?;
        registry.register(Box::new(took.clone()))?;
        Ok(Self { answered, took })
    }

    /// Counts a request that is answered.
    pub fn count(&self, method: &Method, route: &SeenRoute, status: StatusCode, took: Duration) {
        let (method, route) = (method_label(method), route.as_str());
        self.answered.with_label_values(&[method, route, status.as_str()]).inc();
        self.took.with_label_values(&[method, route]).observe(took.as_secs_f64());
    }
}

/// Anybody may send a word of their own as a method.
pub fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use prometheus::TextEncoder;
    use tower::ServiceExt as _;

    use super::*;

    /// The route that is noted of a request, in a router within a router.
    async fn route_of(path: &str) -> String {
        let inner: Router = Router::new().route("/orders/{id}", get(async || "an order"));
        let outer: Router = Router::new().route("/cart", get(async || "a cart"));
        let outer = noted(outer, true).fallback_service(noted(inner, true));
        let seen = SeenRoute::default();
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(seen.clone());
        outer.oneshot(request).await.unwrap();
        seen.as_str().to_owned()
    }

    #[tokio::test]
    async fn a_route_is_its_pattern_and_never_what_was_asked_for() {
        assert_eq!(route_of("/cart?coupon=SECRET").await, "/cart");
        assert_eq!(route_of("/orders/4711?token=SECRET").await, "/orders/{id}");
        assert_eq!(route_of("/wp-admin/4711").await, NO_ROUTE);
    }

    #[test]
    fn a_request_is_counted_by_labels_that_are_known() {
        let registry = Registry::new();
        let requests = RequestMetrics::on(&registry).unwrap();
        let (seen, odd) = (SeenRoute::default(), Method::from_bytes(b"BREW").unwrap());
        requests.count(&Method::GET, &seen, StatusCode::NOT_FOUND, Duration::from_millis(3));
        requests.count(&Method::GET, &seen, StatusCode::NOT_FOUND, Duration::from_secs(9));
        requests.count(&odd, &seen, StatusCode::METHOD_NOT_ALLOWED, Duration::ZERO);
        let told = TextEncoder::new().encode_to_string(&registry.gather()).unwrap();
        for line in [
            r#"shop_http_requests_total{method="GET",route="none",status="404"} 2"#,
            r#"shop_http_requests_total{method="other",route="none",status="405"} 1"#,
            r#"shop_http_request_duration_seconds_bucket{method="GET",route="none",le="0.0025"} 0"#,
            r#"shop_http_request_duration_seconds_bucket{method="GET",route="none",le="0.005"} 1"#,
            r#"shop_http_request_duration_seconds_bucket{method="GET",route="none",le="+Inf"} 2"#,
        ] {
            assert!(told.lines().any(|found| found == line), "{line} in {told}");
        }
    }
}
