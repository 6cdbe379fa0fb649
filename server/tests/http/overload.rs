//! T-21 and T-25, the short forms: more requests than there are places for, and more who sign in than there are cores. How long they
//! wait is tested beside the code.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Method, Request, StatusCode};
use server::config::Environment;
use server::supervisor::Board;
use sqlx::{Connection, PgConnection};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::common::router_of;
use crate::held_passwords::HeldPasswords;
use crate::limits::stranger;
use crate::visitor::{Answer, Site, ask, router_on};

const MOST: usize = 2;

async fn send(router: &Router, method: Method, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path).header(HOST, "shop.example").header(ACCEPT, "text/html");
    let request =
        request.header("sec-fetch-site", "same-origin").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(router, request.body(Body::empty()).unwrap()).await
}

/// Pages wait for the database in every place there is.
#[tokio::test]
async fn a_shop_that_has_no_place_left_sheds_pages_and_nothing_else() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let few = Environment { max_requests: Some(MOST.to_string()), ..Environment::default() };
    let router = router_of(&site.shop.url, site.shop.shop.clone(), false, few, Board::default());
    let mut hold = PgConnection::connect(&site.shop.url).await.unwrap();
    sqlx::raw_sql("begin; lock table products in access exclusive mode").execute(&mut hold).await.unwrap();
    let mut admitted = JoinSet::new();
    for _ in 0..MOST {
        let router = router.clone();
        admitted.spawn(async move { send(&router, Method::GET, "/products/mug").await.status });
    }
    let waiting = "select count(*) from pg_locks where not granted and relation = 'products'::regclass";
    let all_wait = async {
        while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut hold).await.unwrap() < 2 {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(20), all_wait).await.expect("every place is taken");
    // Nothing else has a time to wait for that is as near, so the second is over at once.
    tokio::time::pause();
    let shed = send(&router, Method::GET, "/").await;
    let of_api = send(&router, Method::GET, "/api/v1/products").await;
    tokio::time::resume();
    for answer in [&shed, &of_api] {
        assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "2"));
    }
    assert!(shed.text.contains("We are busy right now"), "{}", shed.text);
    assert_eq!(of_api.header("content-type"), "application/problem+json");
    for path in ["/healthz", "/robots.txt", "/theme/1f5c96.css"] {
        let answer = send(&router, Method::GET, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    let form = send(&router, Method::POST, "/do/logout").await;
    assert_ne!(form.status, StatusCode::SERVICE_UNAVAILABLE, "what writes has places of its own");
    sqlx::raw_sql("commit").execute(&mut hold).await.unwrap();
    assert_eq!(admitted.join_all().await, [StatusCode::OK; MOST], "whoever was admitted is answered");
    assert_eq!(send(&router, Method::GET, "/").await.status, StatusCode::OK, "and so is who comes next");
    site.shop.done().await;
}

/// More who sign in than the pool has connections: none of them is in the way of who looks at pages, buys or asks whether the shop lives.
#[tokio::test]
async fn pages_are_answered_while_a_crowd_signs_in() {
    const CROWD: u32 = 40;
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let held = HeldPasswords::all();
    let router = router_on(&site.shop.url, site.shop.another_process_hashing(Arc::new(held.clone())).await, false);
    let mut crowd = JoinSet::new();
    for number in 0..CROWD {
        let router = router.clone();
        crowd.spawn(async move {
            let (from, email) = (format!("198.51.100.{number}"), format!("{number}@example.org"));
            stranger(&router, &from, &email, "wrong horse").await.status
        });
    }
    timeout(Duration::from_secs(20), held.all_here(CROWD)).await.expect("all of them wait");
    for path in ["/", "/products", "/products/mug", "/cart", "/login", "/api/v1/products", "/readyz", "/healthz"] {
        let answer = send(&router, Method::GET, path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    }
    held.let_go(CROWD as usize);
    assert_eq!(crowd.join_all().await, [StatusCode::UNAUTHORIZED; CROWD as usize]);
    site.shop.done().await;
}
