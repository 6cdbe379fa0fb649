//! Every error under `/api` is a problem, whoever made it: handlers, layers, or nobody.

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST};
use http::{Method, Request};
use serde_json::json;

use crate::client::{Api, ask};

fn request(method: Method, path: &str) -> http::request::Builder {
    Request::builder().method(method).uri(path).header(HOST, "shop.example").header(ACCEPT, "text/html")
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let api = Api::open().await;
    for path in
        ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/products", "/api/v1/nothing", "/api/docs/x", "/api/v1/cart/"]
    {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let answer = ask(&api.router, request(method, path).body(Body::empty()).unwrap()).await;
            answer.problem(404, "not-found");
        }
    }
    let page = ask(&api.router, request(Method::GET, "/nothing").body(Body::empty()).unwrap()).await;
    assert!(page.header("content-type").starts_with("text/html"), "pages stay pages");
    api.done().await;
}

#[tokio::test]
async fn a_method_that_is_not_known_here_is_a_problem_that_says_which_are() {
    let api = Api::open().await;
    for (method, path, allowed) in [
        (Method::DELETE, "/api/v1/cart", "GET"),
        (Method::PATCH, "/api/v1/products/x", "PUT"),
        (Method::GET, "/api/v1/auth/login", "POST"),
        (Method::POST, "/api/v1/openapi.json", "GET"),
        (Method::POST, "/api/docs", "GET"),
    ] {
        let answer = ask(&api.router, request(method, path).body(Body::empty()).unwrap()).await;
        answer.problem(405, "method-not-allowed");
        assert!(answer.header("allow").contains(allowed), "{path}: {}", answer.header("allow"));
    }
    api.done().await;
}

#[tokio::test]
async fn what_cannot_be_read_is_a_problem() {
    let api = Api::open().await;
    let guest = api.guest();
    let send = async |kind: &str, body: &str| {
        let request = guest.request(Method::POST, "/cart/items").header(CONTENT_TYPE, kind);
        guest.send(request, Body::from(body.to_owned())).await
    };
    for body in ["", "{", "[1,", "{'product_id':1}", "\u{0}", "{\"quantity\":1}}", "nonsense", "{\"a\":\"\\ud800\"}"] {
        send("application/json", body).await.problem(400, "malformed");
    }
    let not_text = guest.request(Method::POST, "/cart/items").header(CONTENT_TYPE, "application/json");
    guest.send(not_text, Body::from(vec![b'"', 0xff, b'"'])).await.problem(400, "malformed");
    for body in ["[]", "1", "\"x\"", "null"] {
        send("application/json", body).await.problem(422, "invalid");
    }
    for kind in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", ""]
    {
        send(kind, "{}").await.problem(415, "unsupported-media-type");
    }
    let untold = guest.request(Method::POST, "/cart/items");
    guest.send(untold, Body::from("{}")).await.problem(415, "unsupported-media-type");
    for path in ["/api/v1/products/%zz", "/api/v1/products/%00", "/api/v1/products?q=%ff"] {
        ask(&api.router, request(Method::GET, path).body(Body::empty()).unwrap()).await.problem(400, "malformed");
    }
    api.done().await;
}

#[tokio::test]
async fn a_large_body_is_a_problem() {
    let api = Api::open().await;
    let guest = api.guest();
    for (path, bytes) in [("/cart/items", 65 << 10), ("/auth/login", 5 << 10), ("/auth/register", 5 << 10)] {
        guest.post(path, &json!({"name": "x".repeat(bytes)})).await.problem(413, "too-large");
    }
    api.done().await;
}

#[tokio::test]
async fn a_call_from_another_site_is_a_problem() {
    let api = Api::open().await;
    let request = request(Method::POST, "/api/v1/cart/clear").header("sec-fetch-site", "cross-site");
    ask(&api.router, request.body(Body::empty()).unwrap()).await.problem(403, "from-elsewhere");
    api.done().await;
}

#[tokio::test]
async fn a_shop_without_its_database_is_busy() {
    let api = Api::open().await;
    let router = api.without_database().await;
    for cookie in ["", "session=AAAAAAAAAAAAAAAAAAAAAA"] {
        let request = request(Method::GET, "/api/v1/products").header(COOKIE, cookie);
        let answer = ask(&router, request.body(Body::empty()).unwrap()).await;
        answer.problem(503, "busy");
        assert!(!answer.header("retry-after").is_empty());
    }
    api.done().await;
}

#[tokio::test]
async fn machines_may_ask_how_it_goes() {
    let api = Api::open().await;
    for (path, text) in [("/health", r#"{"status":"ok"}"#), ("/healthz", "ok")] {
        let answer = ask(&api.router, request(Method::GET, path).body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), &*answer.text), (200, text));
    }
    let ready = ask(&api.router, request(Method::GET, "/readyz").body(Body::empty()).unwrap()).await;
    assert_eq!(ready.ok(200)["ready"], true);
    api.done().await;
}
