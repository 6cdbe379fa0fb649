//! Orders of guests: an e-mail address instead of an account, and a token that opens the order.

use http::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use crate::client::{Api, Program};

async fn items(api: &Api) -> Value {
    json!({"email": "guest@example.org", "items": [{"product_id": api.product("CUP").await, "quantity": 1}]})
}

/// A guest whose session has begun: their keys belong to it.
async fn with_cart(api: &Api) -> Program<'_> {
    let guest = api.guest();
    guest.post("/cart/items", &json!({"product_id": api.product("CUP").await, "quantity": 1})).await.ok(200);
    guest
}

#[tokio::test]
async fn a_guest_orders_with_an_address_of_mail_and_is_answered_a_token() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9)]).await;
    let guest = api.guest();
    let mut nameless = items(&api).await;
    nameless.as_object_mut().unwrap().remove("email");
    assert_eq!(guest.post("/orders", &nameless).await.fields(), ["email"]);
    for split in
        ["guest@example.org\r\nBcc: eve@evil.example", "guest\n@example.org", "guest@example.org,eve@evil.example"]
    {
        let mut body = items(&api).await;
        body["email"] = json!(split);
        assert_eq!(guest.post("/orders", &body).await.fields(), ["email"], "{split:?}");
    }
    assert_eq!(guest.cookie(), None, "what is refused begins no session");
    let order = guest.post("/orders", &items(&api).await).await.ok(201);
    assert_eq!((&order["email"], &order["reservation"]), (&json!("guest@example.org"), &json!("reserved")));
    let path = format!("/orders/{}", order["id"].as_str().unwrap());
    assert_eq!(guest.get(&path).await.ok(200)["token"], Value::Null, "it is said once");

    let token = order["token"].as_str().unwrap();
    let elsewhere = api.guest();
    elsewhere.get(&path).await.problem(401, "sign-in-needed");
    elsewhere.get(&format!("{path}?token=nonsense")).await.problem(404, "not-found");
    let header = elsewhere.request(Method::GET, &path).header("order-token", token);
    assert_eq!(elsewhere.send(header, axum::body::Body::empty()).await.ok(200)["id"], order["id"]);
    let paid = elsewhere.post(&format!("{path}/pay?token={token}"), &json!({"outcome": "approve"})).await;
    assert_eq!(paid.ok(200)["status"], "paid");
    let other = elsewhere.post("/orders", &items(&api).await).await.ok(201);
    elsewhere.get(&format!("{path}?token={}", other["token"].as_str().unwrap())).await.problem(404, "not-found");
    let cancelled = elsewhere.post(&format!("{path}/cancel?token={token}"), &json!({})).await;
    assert_eq!(cancelled.ok(200)["status"], "cancelled");

    let ada = api.customer("Ada").await;
    assert_eq!(ada.post("/orders", &items(&api).await).await.fields(), ["email"], "an account has its own");
    api.done().await;
}

#[tokio::test]
async fn a_guests_call_again_is_answered_the_same_and_no_token_is_kept() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9)]).await;
    let guest = with_cart(&api).await;
    let body = items(&api).await;
    let (first, again) = (guest.place("once", &body).await, guest.place("once", &body).await);
    let order = first.ok(201);
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(api.shop.count("select count(*) from orders").await, 1);
    let kept: String = api.shop.scalar("select answer from idempotency_keys where key = $1", "once").await;
    assert!(!kept.contains(order["token"].as_str().unwrap()), "{kept}");
    let other = with_cart(&api).await;
    assert_ne!(other.place("once", &body).await.ok(201)["id"], order["id"], "a key belongs to whoever used it");
    api.done().await;
}

#[tokio::test]
async fn guests_order_so_many_to_one_address_and_no_more() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 99)]).await;
    let guest = with_cart(&api).await;
    let body = items(&api).await;
    let first = guest.place("first", &body).await.ok(201);
    for n in 1..5 {
        guest.place(&format!("order-{n}"), &body).await.ok(201);
    }
    let late = with_cart(&api).await.post("/orders", &body).await;
    late.problem(429, "too-many-tries");
    let wait: u32 = late.header("retry-after").parse().unwrap();
    assert!((60..=120).contains(&wait), "{wait}: what was ordered at first is some seconds old");
    // The answer that was lost is given once more.
    assert_eq!(guest.place("first", &body).await.ok(201)["id"], first["id"]);
    assert_eq!(api.shop.count("select count(*) from orders").await, 5);

    let mut other = body.clone();
    other["email"] = json!("other@example.org");
    other["items"][0]["quantity"] = json!(99);
    for _ in 0..30 {
        guest.post("/orders", &other).await.problem(409, "not-enough-stock");
    }
    other["items"][0]["quantity"] = json!(1);
    guest.post("/orders", &other).await.ok(201);
    let ada = api.customer("Ada").await;
    let mut hers = body;
    hers.as_object_mut().unwrap().remove("email");
    for _ in 0..30 {
        ada.post("/orders", &hers).await.ok(201);
    }
    api.done().await;
}

#[tokio::test]
async fn the_document_says_where_a_token_is_taken_and_that_guests_may() {
    let document = server::api::document(false);
    let mut taking = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, told) in item.as_object().unwrap() {
            let parameters = told["parameters"].as_array().cloned().unwrap_or_default();
            let takes = |name: &str, place: &str| parameters.iter().any(|p| p["name"] == name && p["in"] == place);
            let both = (takes("token", "query"), takes("Order-Token", "header"));
            if both == (false, false) {
                continue;
            }
            assert_eq!(both, (true, true), "{method} {path}");
            assert!(told["security"].as_array().unwrap().contains(&json!({})), "{method} {path}: guests may");
            for (code, kind) in [("401", "sign-in-needed"), ("404", "not-found"), ("422", "invalid")] {
                let said = told["responses"][code]["description"].as_str().unwrap_or_default();
                assert!(said.contains(kind), "{method} {path}: {code} {said}");
            }
            taking.push(format!("{method} {}", path.trim_start_matches("/api/v1")));
        }
    }
    taking.sort();
    for call in ["get /orders/{id}", "post /orders/{id}/cancel", "post /orders/{id}/pay"] {
        assert!(taking.iter().any(|taken| taken == call), "{call}: {taking:?}");
    }
    let api = Api::open().await;
    let endless = format!("/orders/{}?token={}", uuid::Uuid::nil(), "a".repeat(101));
    assert_eq!(api.guest().get(&endless).await.fields(), ["token"]);
    api.done().await;
}

#[tokio::test]
async fn a_guests_order_comes_along_to_an_account_and_is_not_cancelled_once_it_is_sent() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9)]).await;
    let (guest, staff) = (api.guest(), api.staff().await);
    let order = guest.post("/orders", &items(&api).await).await.ok(201);
    let (id, token) = (order["id"].as_str().unwrap(), order["token"].as_str().unwrap());
    let by_token = |step: &str| format!("/orders/{id}/{step}?token={token}");
    guest.post(&format!("/orders/{id}/pay"), &json!({"outcome": "approve"})).await.ok(200);
    let account = json!({"name": "Gus", "email": "guest@example.org", "password": "correct horse"});
    guest.post("/auth/register", &account).await.ok(201);
    assert_eq!(guest.get("/orders").await.ok(200)["items"][0]["id"], order["id"]);
    staff.put(&format!("/orders/{id}/status"), &json!({"status": "shipped"})).await.ok(200);
    for caller in [&guest, &api.guest()] {
        caller.post(&by_token("cancel"), &json!({})).await.problem(409, "illegal-step");
    }
    guest.post(&format!("/orders/{id}/cancel"), &json!({})).await.problem(409, "illegal-step");
    api.done().await;
}

/// The order is being written while its session signs in; the sign-in looks for the guest's orders and does not see it yet.
#[tokio::test]
async fn what_a_guest_orders_while_signing_in_is_in_the_account() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9)]).await;
    let account = json!({"name": "Gus", "email": "guest@example.org", "password": "correct horse"});
    api.guest().post("/auth/register", &account).await.ok(201);
    let (guest, body) = (with_cart(&api).await, items(&api).await);
    let mut hold = PgConnection::connect(&api.shop.url).await.unwrap();
    sqlx::raw_sql("begin; lock table order_events in access exclusive mode").execute(&mut hold).await.unwrap();
    let order = guest.place("once", &body);
    let sign_in = async {
        let waiting = "select count(*) from pg_locks where not granted and relation = 'order_events'::regclass";
        let met = async {
            while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut hold).await.unwrap() == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), met).await.expect("the order is being written");
        let signed_in = json!({"email": account["email"], "password": account["password"]});
        guest.post("/auth/login", &signed_in).await.ok(200);
        sqlx::raw_sql("commit").execute(&mut hold).await.unwrap();
    };
    let (placed, ()) = tokio::join!(order, sign_in);
    let order = placed.ok(201);
    let theirs = guest.get("/orders").await.ok(200);
    assert_eq!(theirs["items"][0]["id"], order["id"], "{theirs}");
    api.done().await;
}
