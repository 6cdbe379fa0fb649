//! Ordering again by the API: the cart, and what cannot be had.

use http::Method;
use serde_json::{Value, json};

use crate::client::Api;

#[tokio::test]
async fn the_answer_is_the_cart_and_what_cannot_be_had_as_it_was() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("MUG", "24.00", 4), ("CUP", "5.00", 1), ("JUG", "30.00", 9)]).await;
    let (ada, bob) = (api.customer("Ada").await, api.customer("Bob").await);
    let mut items = Vec::new();
    for (sku, quantity) in [("MUG", 3), ("CUP", 1), ("JUG", 2)] {
        items.push(json!({"product_id": api.product(sku).await, "quantity": quantity}));
    }
    let order = ada.post("/orders", &json!({"items": items})).await.ok(201);
    let path = format!("/orders/{}/again", order["id"].as_str().unwrap());
    let again = ada.post(&path, &json!({})).await.ok(200);
    let lines = |cart: &Value| -> Vec<(String, u64)> {
        let items = cart["items"].as_array().unwrap().iter();
        items.map(|item| (item["sku"].as_str().unwrap().to_owned(), item["quantity"].as_u64().unwrap())).collect()
    };
    assert_eq!(lines(&again), [("MUG".to_owned(), 1), ("JUG".to_owned(), 2)]);
    let told =
        |item: &Value| (item["name"].clone(), item["quantity"].clone(), item["kind"].clone(), item["left"].clone());
    let unavailable = again["unavailable"].as_array().unwrap();
    assert_eq!(
        unavailable.iter().map(told).collect::<Vec<_>>(),
        [
            (json!("Product MUG"), json!(3), json!("only_left"), json!(1)),
            (json!("Product CUP"), json!(1), json!("sold_out"), Value::Null),
        ]
    );
    assert_eq!(unavailable[0]["message"], "Only 1 left.");
    assert_eq!(ada.post(&path, &json!({})).await.ok(200), again, "called twice, it is the same");
    let cart = ada.get("/cart").await.ok(200);
    assert_eq!((lines(&cart), cart["id"].clone()), (lines(&again), again["id"].clone()));
    assert!(cart.get("unavailable").is_none(), "that is said once: {cart}");

    bob.post(&path, &json!({})).await.problem(404, "not-found");
    api.guest().post(&path, &json!({})).await.problem(401, "sign-in-needed");
    assert_eq!(bob.get("/cart").await.ok(200)["count"], 0);
    api.done().await;
}

#[tokio::test]
async fn a_guest_orders_again_with_the_token_and_gets_a_session() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9)]).await;
    let body =
        json!({"email": "guest@example.org", "items": [{"product_id": api.product("CUP").await, "quantity": 2}]});
    let order = api.guest().post("/orders", &body).await.ok(201);
    let (id, token) = (order["id"].as_str().unwrap(), order["token"].as_str().unwrap());
    let elsewhere = api.guest();
    let path = format!("/orders/{id}/again");
    let header = elsewhere.request(Method::POST, &path).header("order-token", token);
    let again = elsewhere.send(header, axum::body::Body::empty()).await.ok(200);
    assert_eq!((&again["count"], &again["unavailable"]), (&json!(2), &json!([])));
    assert!(elsewhere.cookie().is_some());
    assert_eq!(elsewhere.post(&format!("{path}?token={token}"), &json!({})).await.ok(200), again);
    assert_eq!(elsewhere.get("/cart").await.ok(200)["count"], 2);
    elsewhere.post(&format!("{path}?token=nonsense"), &json!({})).await.problem(404, "not-found");
    api.done().await;
}
