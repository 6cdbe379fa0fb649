//! Opening an account, signing in and out.

use http::StatusCode;
use serde_json::json;

use crate::client::Api;

#[tokio::test]
async fn whoever_registers_is_signed_in_as_a_customer() {
    let api = Api::open().await;
    let ada = api.guest();
    let body = json!({"name": "Ada Lovelace", "email": "Ada@Example.org", "password": "correct horse"});
    let user = ada.post("/auth/register", &body).await.ok(201);
    assert_eq!((user["name"].as_str(), user["role"].as_str()), (Some("Ada Lovelace"), Some("customer")));
    assert_eq!(user["email"], "Ada@Example.org");
    assert!(user["created_at"].as_str().unwrap().contains('T') && user["id"].is_string());
    assert!(user.get("password").is_none() && user.get("password_hash").is_none());
    ada.get("/orders").await.ok(200);
    api.done().await;
}

#[tokio::test]
async fn signing_in_makes_a_new_session_and_signing_out_ends_it() {
    let api = Api::open().await;
    let ada = api.customer("Ada").await;
    let first = ada.cookie();
    let body = json!({"email": "ada@example.org", "password": "correct horse"});
    let user = ada.post("/auth/login", &body).await.ok(200);
    assert_eq!(user["email"], "ada@example.org");
    let second = ada.cookie();
    assert!(second.is_some() && first != second, "the id changes with every sign-in");
    let answer = ada.post("/auth/logout", &json!({})).await;
    assert_eq!((answer.status, answer.text.as_str()), (StatusCode::NO_CONTENT, ""));
    for old in [first, second] {
        ada.set_cookie(old);
        ada.get("/orders").await.problem(401, "sign-in-needed");
    }
    api.guest().post("/auth/logout", &json!({})).await.ok(204);
    api.done().await;
}

#[tokio::test]
async fn a_stranger_learns_nothing_from_a_wrong_password() {
    let api = Api::open().await;
    api.customer("Ada").await;
    let guest = api.guest();
    let try_as =
        async |email: &str| guest.post("/auth/login", &json!({"email": email, "password": "wrong horse"})).await;
    let known = try_as("ada@example.org").await;
    let unknown = try_as("nobody@example.org").await;
    known.problem(401, "wrong-credentials");
    assert!(!known.header("www-authenticate").is_empty());
    assert_eq!(known.text, unknown.text);
    assert!(guest.cookie().is_none());
    api.done().await;
}

#[tokio::test]
async fn an_address_has_one_account_and_every_bad_field_is_named() {
    let api = Api::open().await;
    api.customer("Ada").await;
    let guest = api.guest();
    let again = json!({"name": "Ada", "email": "ADA@example.org", "password": "correct horse"});
    guest.post("/auth/register", &again).await.problem(409, "email-taken");
    let bad = json!({"name": " ", "email": "nobody", "password": "short"});
    assert_eq!(guest.post("/auth/register", &bad).await.fields(), ["name", "email", "password"]);
    for missing in ["name", "email", "password"] {
        let mut body = again.clone();
        body.as_object_mut().unwrap().remove(missing);
        assert_eq!(guest.post("/auth/register", &body).await.fields(), [missing]);
    }
    for extra in ["role", "id", "created_at", "is_admin"] {
        let mut body = again.clone();
        body[extra] = json!("staff");
        assert_eq!(guest.post("/auth/register", &body).await.fields(), [extra]);
    }
    api.done().await;
}

#[tokio::test]
async fn after_ten_wrong_tries_the_next_one_waits() {
    let api = Api::open().await;
    api.customer("Ada").await;
    let guest = api.guest();
    let wrong = json!({"email": "ada@example.org", "password": "wrong horse"});
    for _ in 0..10 {
        guest.post("/auth/login", &wrong).await.problem(401, "wrong-credentials");
    }
    let answer = guest.post("/auth/login", &wrong).await;
    answer.problem(429, "too-many-tries");
    let wait: u32 = answer.header("retry-after").parse().unwrap();
    assert!((1..=120).contains(&wait), "{wait}");
    let right = json!({"email": "ADA@example.org", "password": "correct horse"});
    guest.post("/auth/login", &right).await.problem(429, "too-many-tries");
    let taken = json!({"name": "Ada", "email": "ada@example.org", "password": "correct horse"});
    guest.post("/auth/register", &taken).await.problem(409, "email-taken");
    let bob = json!({"email": "bob@example.org", "password": "wrong horse"});
    guest.post("/auth/login", &bob).await.problem(401, "wrong-credentials");
    api.done().await;
}

#[tokio::test]
async fn right_ones_may_come_as_often_as_they_like() {
    let api = Api::open().await;
    api.customer("Ada").await;
    let body = json!({"email": "ada@example.org", "password": "correct horse"});
    for _ in 0..15 {
        api.guest().post("/auth/login", &body).await.ok(200);
    }
    api.done().await;
}
