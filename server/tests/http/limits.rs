//! What may be guessed, asked from many places at once and by several processes: strangers wait, whoever is known does not.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Request, StatusCode};
use shop::domain::{Allowance, Limit, Limits};

use crate::visitor::{Answer, Site, Visitor, ask, encoded, hidden, router_on};

const WRONG: &str = "wrong horse";
const RIGHT: &str = "correct horse";

fn sign_in(from: &str, email: &str, password: &str) -> (http::request::Builder, Body) {
    let from = ConnectInfo(SocketAddr::new(from.parse().unwrap(), 1234));
    let request = Request::post("/do/login")
        .header(ACCEPT, "application/json")
        .header("sec-fetch-site", "same-origin")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(from);
    (request, Body::from(encoded(&[("email", email), ("password", password)])))
}

/// Somebody without a cookie.
pub async fn stranger(router: &Router, from: &str, email: &str, password: &str) -> Answer {
    let (request, body) = sign_in(from, email, password);
    ask(router, request.header(HOST, "shop.example").body(body).unwrap()).await
}

async fn come_back(visitor: &Visitor<'_>, from: &str, email: &str, password: &str) -> Answer {
    let (request, body) = sign_in(from, email, password);
    visitor.send(request, body).await
}

#[tokio::test]
async fn fifty_addresses_guess_at_one_account_and_its_owner_signs_in_all_the_same() {
    let site = Site::open().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    ada.post("/account", "logout", &[]).await;
    assert!(ada.cookie("session").is_none() && ada.cookie("device").is_some());
    let processes = [site.router.clone(), router_on(&site.shop.url, site.shop.shop.clone(), false)];
    let other = router_on(&site.shop.url, site.shop.another_process().await, false);
    let mut told = Vec::new();
    for number in 0..200 {
        let from = format!("198.51.100.{}", number % 50);
        let router = if number % 3 == 0 { &other } else { &processes[number % 2] };
        told.push(stranger(router, &from, "ada@example.org", WRONG).await.status);
    }
    let made = told.iter().filter(|status| **status == StatusCode::UNAUTHORIZED).count();
    assert!((40..=42).contains(&made), "{made}");
    // The clock goes on, and with it comes a try or two.
    let more = told[50..].iter().filter(|status| **status != StatusCode::TOO_MANY_REQUESTS).count();
    assert!(more <= 2, "{told:?}");
    let late = stranger(&site.router, "203.0.113.9", "ADA@example.org", RIGHT).await;
    assert_eq!(late.status, StatusCode::TOO_MANY_REQUESTS, "who is not known waits");
    assert!((1..=60).contains(&late.header("retry-after").parse::<u32>().unwrap()), "{late:?}");
    // Her own browser has tries of its own, right ones and wrong ones.
    for password in [WRONG, RIGHT] {
        let expected = if password == RIGHT { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        assert_eq!(come_back(&ada, "203.0.113.9", "ada@example.org", password).await.status, expected);
    }
    assert_eq!(ada.get("/account").await.status, StatusCode::OK);
    // It is worth nothing for another's account.
    site.shop.register("Bob").await;
    for _ in 0..10 {
        come_back(&ada, "203.0.113.10", "bob@example.org", WRONG).await;
    }
    let waits = come_back(&ada, "203.0.113.10", "bob@example.org", RIGHT).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "ten from one network");
    site.shop.done().await;
}

#[tokio::test]
async fn one_address_guesses_at_a_thousand_accounts_and_others_are_in_nobodys_way() {
    let site = Site::open().await;
    site.shop.register("Ada").await;
    let mut made = 0;
    // All of a line of version 6 is one.
    for number in 0..1_000 {
        let from = format!("2001:db8:0:{:x}::{number:x}", number % 256);
        let told = stranger(&site.router, &from, &format!("{number}@example.org"), WRONG).await.status;
        made += u32::from(told == StatusCode::UNAUTHORIZED);
    }
    assert!((40..=44).contains(&made), "{made}");
    let neighbour = stranger(&site.router, "2001:db8:0:100::1", "ada@example.org", RIGHT).await;
    assert_eq!(neighbour.status, StatusCode::OK, "{}", neighbour.text);
    site.shop.done().await;
}

#[tokio::test]
async fn an_address_that_is_typed_otherwise_is_the_same() {
    let site = Site::open().await;
    site.shop.register("Ada").await;
    for number in 0..10 {
        let email = format!("{}Ada@Example.org{}", " ".repeat(number), "\t".repeat(number % 2));
        let told = stranger(&site.router, "192.0.2.1", &email, WRONG).await.status;
        assert_eq!(told, StatusCode::UNAUTHORIZED, "{email:?}");
    }
    for email in ["ada@example.org", "           ada@example.org", "ada@example.org "] {
        let told = stranger(&site.router, "192.0.2.1", email, RIGHT).await.status;
        assert_eq!(told, StatusCode::TOO_MANY_REQUESTS, "{email:?}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn one_line_of_version_6_does_not_use_up_what_is_limited_in_all() {
    let site = Site::open().await;
    let hundred = Allowance { at_once: 100, an_hour: 1 };
    let process = site.shop.another_process_limited(Limits::new(1, [(Limit::CodesInAll, hundred)].into())).await;
    let router = router_on(&site.shop.url, process, false);
    let try_code = |from: String| {
        let (request, _) = sign_in(&from, "", "");
        let request = request.uri("/do/apply-code").header(HOST, "shop.example");
        ask(&router, request.body(Body::from(encoded(&[("code", "NOBODYS")]))).unwrap())
    };
    let mut made = 0;
    for network in 0..256 {
        let told = try_code(format!("2001:db8:0:{network:x}::1")).await.status;
        made += usize::from(told != StatusCode::TOO_MANY_REQUESTS);
    }
    assert!((30..=32).contains(&made), "as many as from any network: {made}");
    let other = try_code("2001:db8:0:100::1".into()).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "others still may: {}", other.text);
    site.shop.done().await;
}

#[tokio::test]
async fn who_waits_is_told_how_long_beside_the_form_and_keeps_what_was_typed() {
    let site = Site::open().await;
    let visitor = site.visitor();
    let fields = [("email", "ada@example.org"), ("password", WRONG)];
    for _ in 0..10 {
        assert_eq!(visitor.call("login", &fields).await.status, StatusCode::UNAUTHORIZED);
    }
    let page = visitor.submit("/login", "login", &fields).await;
    assert!(
        page.text.contains("role=\"alert\"") && page.text.contains("Too many tries. Please wait 1"),
        "{}",
        page.text
    );
    assert_eq!(hidden(&page.text, "email"), "ada@example.org");
    assert!(!page.text.contains(WRONG));
    let script = visitor.call("login", &fields).await;
    assert_eq!(script.status, StatusCode::TOO_MANY_REQUESTS);
    assert!((100..=120).contains(&script.header("retry-after").parse::<u32>().unwrap()), "{script:?}");
    site.shop.done().await;
}

#[tokio::test]
async fn nobody_signs_in_or_registers_where_tries_cannot_be_counted() {
    let site = Site::open().await;
    site.shop.register("Ada").await;
    let router = site.without_database().await;
    for (path, body) in [
        ("/api/v1/auth/login", r#"{"email":"ada@example.org","password":"correct horse"}"#),
        ("/api/v1/auth/register", r#"{"name":"Eve","email":"eve@example.org","password":"correct horse"}"#),
    ] {
        let request = Request::post(path).header(HOST, "shop.example").header(CONTENT_TYPE, "application/json");
        let answer = ask(&router, request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {}", answer.text);
        assert!(!answer.header("retry-after").is_empty(), "{path}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn accounts_and_carts_of_one_network_are_bounded() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let three = Allowance { at_once: 3, an_hour: 1 };
    let set = [(Limit::SessionsPerNetwork, three), (Limit::RegistrationPerNetwork, three)];
    let process = site.shop.another_process_limited(Limits::new(1, set.into())).await;
    let router = router_on(&site.shop.url, process, false);
    let mug = site.shop.variant("MUG").await.to_string();
    let post = |path: &str, from: &str, body: String| {
        let from = ConnectInfo(SocketAddr::new(from.parse().unwrap(), 1234));
        let request = Request::post(path).header(HOST, "shop.example").header("sec-fetch-site", "same-origin");
        let kind = if path.starts_with("/api") { "application/json" } else { "application/x-www-form-urlencoded" };
        let request = request.header(ACCEPT, "application/json").header(CONTENT_TYPE, kind).extension(from);
        ask(&router, request.body(Body::from(body)).unwrap())
    };
    let add = |from, quantity| {
        post("/do/add-to-cart", from, encoded(&[("product", "mug"), ("variant_id", &mug), ("quantity", quantity)]))
    };
    // What is refused begins no cart.
    for _ in 0..5 {
        assert_eq!(add("192.0.2.1", "0").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    for _ in 0..3 {
        assert_eq!(add("192.0.2.1", "1").await.status, StatusCode::OK);
    }
    assert_eq!(add("192.0.2.1", "1").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(add("192.0.2.2", "1").await.status, StatusCode::OK);
    assert_eq!(site.shop.count("select count(*) from sessions").await, 4);

    let register = |number: usize, from| {
        let body = format!(r#"{{"name":"A","email":"{number}@example.org","password":"correct horse"}}"#);
        post("/api/v1/auth/register", from, body)
    };
    assert_eq!(register(1, "192.0.2.1").await.status, StatusCode::CREATED);
    assert_eq!(register(2, "192.0.2.1").await.status, StatusCode::CREATED);
    assert_eq!(register(1, "192.0.2.1").await.status, StatusCode::CONFLICT);
    assert_eq!(register(3, "192.0.2.1").await.status, StatusCode::TOO_MANY_REQUESTS, "what is taken counts");
    assert_eq!(register(3, "192.0.2.2").await.status, StatusCode::CREATED);
    site.shop.done().await;
}

#[tokio::test]
async fn reading_counts_nothing() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    for path in ["/", "/products", "/products/mug", "/cart", "/login", "/register", "/track", "/api/v1/products"] {
        let from = ConnectInfo(SocketAddr::new("192.0.2.1".parse().unwrap(), 1234));
        let answer = site.send(Request::get(path).extension(from).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
    assert_eq!(site.shop.count("select count(*) from tries").await, 0);
    site.shop.done().await;
}
