//! What every answer bears, whatever its status and whoever made it (T-37).

use std::collections::BTreeSet;

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Method, Request};
use tokio::task::JoinSet;

use crate::visitor::{Answer, Site, ask};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

fn check(what: &str, answer: &Answer) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    let policy = answer.header("content-security-policy");
    for part in ["default-src", "object-src 'none'", "base-uri 'none'", "form-action", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{what} lacks {part}: {policy}");
    }
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{what}: {policy}");
    let referrer = ["strict-origin-when-cross-origin", "same-origin"];
    assert!(referrer.contains(&answer.header("referrer-policy")), "{what}: {answer:?}");
    for name in ["permissions-policy", "cache-control", "x-request-id"] {
        assert!(!answer.header(name).is_empty(), "{what} lacks {name}");
    }
    assert!(answer.header("strict-transport-security").contains("max-age="), "{what}: it is served over HTTPS");
    assert!(answer.headers.get_all("content-security-policy").iter().count() == 1, "{what}: two policies");
}

fn request(method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(HOST, "shop.example");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Body::from(body.to_owned())).unwrap()
}

/// The status that comes, how what is asked, with which headers, and the body.
type Row<'a> = (u16, Method, &'a str, &'a [(&'a str, &'a str)], &'a str);

#[tokio::test]
async fn every_status_bears_all_of_them() {
    let site = Site::open_as(true).await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let (form, json) = ((CONTENT_TYPE.as_str(), FORM), (CONTENT_TYPE.as_str(), JSON));
    let (html, own) = ((ACCEPT.as_str(), "text/html"), ("sec-fetch-site", "same-origin"));
    let page = ("referer", "https://shop.example/login");
    let large = "x".repeat(5 << 10);
    let rows: &[Row] = &[
        (200, Method::GET, "/", &[html], ""),
        (200, Method::HEAD, "/", &[html], ""),
        (200, Method::GET, "/products/mug", &[], ""),
        (200, Method::GET, "/favicon.ico", &[], ""),
        (200, Method::GET, "/robots.txt", &[], ""),
        (200, Method::GET, "/api/v1/products", &[], ""),
        (200, Method::GET, "/api/docs", &[], ""),
        (200, Method::GET, "/healthz", &[], ""),
        (302, Method::GET, "/account", &[html], ""),
        (303, Method::POST, "/do/login", &[html, own, form, page], "email=a&password=b"),
        (308, Method::GET, "/products/", &[html], ""),
        (400, Method::GET, "/products/%00", &[html], ""),
        (401, Method::GET, "/api/v1/orders", &[], ""),
        (401, Method::POST, "/do/login", &[own, form], "email=a&password=b"),
        (401, Method::GET, "/api/v1/products", &[("authorization", "Bearer sek_no")], ""),
        (403, Method::POST, "/do/login", &[("sec-fetch-site", "cross-site"), form], ""),
        (404, Method::GET, "/nowhere", &[html], ""),
        (404, Method::GET, "/products/nothing", &[html], ""),
        (404, Method::GET, "/api/v1/nowhere", &[], ""),
        (405, Method::DELETE, "/api/v1/cart", &[own], ""),
        (413, Method::POST, "/do/login", &[own, form], large.as_str()),
        (415, Method::POST, "/do/login", &[own, (CONTENT_TYPE.as_str(), "text/xml")], "<a/>"),
        (422, Method::POST, "/api/v1/auth/register", &[own, json], "{}"),
    ];
    let mut seen = BTreeSet::new();
    for (status, method, path, headers, body) in rows {
        let answer = site.send(request(method.clone(), path, headers, body)).await;
        assert_eq!(answer.status.as_u16(), *status, "{method} {path}: {}", answer.text);
        check(&format!("{method} {path}: {status}"), &answer);
        seen.insert(*status);
    }
    assert_eq!(seen.len(), 12, "{seen:?}");
    site.shop.done().await;
}

#[tokio::test]
async fn so_does_a_process_that_has_lost_its_database() {
    let site = Site::open_as(true).await;
    let process = site.shop.another_process().await;
    process.store().close().await;
    let router = crate::visitor::router_on(&site.shop.url, process, true);
    for path in ["/products", "/products/mug", "/api/v1/products", "/readyz"] {
        let answer = ask(&router, request(Method::GET, path, &[(ACCEPT.as_str(), "text/html")], "")).await;
        assert!(answer.status.is_server_error(), "{path}: {}", answer.status);
        check(path, &answer);
    }
    site.shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_two_of_a_thousand_pages_have_the_same_nonce() {
    let site = Site::open().await;
    let mut visits = JoinSet::new();
    for _ in 0..8 {
        let router = site.router.clone();
        visits.spawn(async move {
            let mut nonces = Vec::new();
            for _ in 0..125 {
                let page = ask(&router, request(Method::GET, "/login", &[(ACCEPT.as_str(), "text/html")], "")).await;
                let policy = page.header("content-security-policy");
                let nonce = policy.split_once("'nonce-").and_then(|(_, rest)| rest.split_once('\'')).unwrap().0;
                assert!(nonce.len() >= 22 && page.text.contains(nonce), "{nonce}");
                nonces.push(nonce.to_owned());
            }
            nonces
        });
    }
    let nonces: BTreeSet<String> = visits.join_all().await.into_iter().flatten().collect();
    assert_eq!(nonces.len(), 1_000);
    site.shop.done().await;
}
