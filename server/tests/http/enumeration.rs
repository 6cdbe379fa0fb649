//! T-33: nobody learns from a sign-in who has an account. What answers say is compared, and what they cost by the round trips to
//! the database; by the clock `make bench ROWS=pressure` does it, on a machine that is quiet. The letters (`/forgot-password`,
//! `/track`) are answered before anything is looked up: `accounts` and `guests`.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Request, StatusCode};

use crate::accounts::alike;
use crate::counted::CountedWay;
use crate::visitor::{Answer, Site, ask, encoded, router_on};

const PEOPLE: [&str; 5] = ["ada", "bob", "cyd", "dee", "eve"];

/// A wrong password: by the form, as an island sends it, or by the API.
async fn try_to_sign_in(router: &Router, email: &str, by_api: bool) -> Answer {
    let (path, kind, body) = if by_api {
        let body = serde_json::json!({ "email": email, "password": "wrong horse" }).to_string();
        ("/api/v1/auth/login", "application/json", body)
    } else {
        let body = encoded(&[("email", email), ("password", "wrong horse")]);
        ("/do/login", "application/x-www-form-urlencoded", body)
    };
    let request = Request::post(path).header(HOST, "shop.example").header(ACCEPT, "application/json");
    let request = request.header("sec-fetch-site", "same-origin").header(CONTENT_TYPE, kind);
    ask(router, request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_wrong_password_costs_and_says_the_same_whether_there_is_an_account_or_not() {
    let site = Site::open().await;
    for person in PEOPLE {
        site.shop.register(person).await;
    }
    let way = CountedWay::to(&site.shop.url).await;
    let process = site.shop.another_process_on(&way.url, Arc::new(site.shop.sandbox())).await;
    let router = router_on(&way.url, process, false);
    try_to_sign_in(&router, "nobody@example.org", false).await;
    for by_api in [false, true] {
        let mut seen = Vec::new();
        for host in ["example.org", "example.net"] {
            for email in PEOPLE.iter().cycle().take(3 * PEOPLE.len()).map(|person| format!("{person}@{host}")) {
                way.take();
                let answer = try_to_sign_in(&router, &email, by_api).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
                seen.push((way.take(), alike(&answer)));
            }
        }
        let (first, others) = seen.split_first().unwrap();
        assert!(first.0 > 0, "nothing was counted");
        for other in others {
            assert_eq!(other, first, "by the API: {by_api}");
        }
    }
    site.shop.done().await;
}
