//! Placing orders: from the cart, from items, once per key.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::client::{Api, address};
use crate::harness::{product, variant};

async fn items(api: &Api, quantity: u32) -> Value {
    json!({"items": [{"product_id": api.product("CUP").await, "quantity": quantity}]})
}

#[tokio::test]
async fn an_order_is_placed_from_the_cart_and_empties_it() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9), ("MUG", "7.50", 9)]).await;
    let ada = api.customer("Ada").await;
    for (sku, quantity) in [("CUP", 2), ("MUG", 1)] {
        ada.post("/cart/items", &json!({"product_id": api.product(sku).await, "quantity": quantity})).await.ok(200);
    }
    let answer = ada.post("/orders", &json!({"shipping_address": address()})).await;
    let order = answer.ok(201);
    assert_eq!(answer.header("location"), format!("/api/v1/orders/{}", order["id"].as_str().unwrap()));
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(order["number"].is_number() && order["created_at"].as_str().unwrap().contains('T'));
    assert_eq!((&order["status"], &order["reservation"]), (&json!("pending"), &json!("reserved")));
    assert_eq!(order["total"], json!({"amount": "17.50", "currency": "USD"}));
    assert_eq!(
        (&order["shipping_address"]["city"], &order["shipping_address"]["line2"]),
        (&json!("London"), &json!(null))
    );
    let line = &order["items"][0];
    assert_eq!((&line["name"], &line["sku"], &line["quantity"]), (&json!("Product CUP"), &json!("CUP"), &json!(2)));
    assert_eq!((&line["price"]["amount"], &line["line_total"]["amount"]), (&json!("5.00"), &json!("10.00")));
    assert_eq!(ada.get("/cart").await.ok(200)["count"], 0);
    ada.post("/orders", &json!({})).await.problem(409, "cart-empty");
    api.done().await;
}

#[tokio::test]
async fn an_order_of_named_items_leaves_the_cart_alone_and_is_collected() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9)]).await;
    let ada = api.customer("Ada").await;
    let cup = api.product("CUP").await;
    ada.post("/cart/items", &json!({"product_id": cup, "quantity": 1})).await.ok(200);
    let item = json!({"product_id": cup, "quantity": 2});
    let order = ada.post("/orders", &json!({"items": [item, item]})).await.ok(201);
    assert_eq!((&order["shipping_address"], order["items"].as_array().unwrap().len()), (&json!(null), 1));
    assert_eq!((&order["items"][0]["quantity"], &order["total"]["amount"]), (&json!(4), &json!("20.00")));
    assert_eq!(ada.get("/cart").await.ok(200)["count"], 1);
    // A call without a body is one for the cart.
    let request = ada.request(http::Method::POST, "/orders");
    assert_eq!(ada.send(request, axum::body::Body::empty()).await.ok(201)["total"]["amount"], "5.00");
    api.done().await;
}

#[tokio::test]
async fn the_same_call_again_is_answered_the_same() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9)]).await;
    let ada = api.customer("Ada").await;
    let body = items(&api, 1).await;
    let first = ada.place("key-1", &body).await;
    let order = first.ok(201);
    ada.post(&format!("/orders/{}/pay", order["id"].as_str().unwrap()), &json!({"outcome": "approve"})).await.ok(200);
    let again = ada.place("key-1", &body).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text), "whatever became of the order");
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(api.shop.count("select count(*) from orders").await, 1);
    for other in [items(&api, 2).await, json!({}), json!({"items": body["items"], "shipping_address": address()})] {
        let problem = ada.place("key-1", &other).await.problem(422, "key-reused");
        assert_eq!(problem["errors"][0]["field"], "Idempotency-Key");
    }
    let bob = api.customer("Bob").await;
    assert_ne!(bob.place("key-1", &body).await.ok(201)["id"], order["id"], "a key belongs to whoever used it");
    assert_ne!(ada.post("/orders", &body).await.ok(201)["id"], ada.post("/orders", &body).await.ok(201)["id"]);
    for bad in ["", " ", &"x".repeat(101), "a b", "ä"] {
        assert_eq!(ada.place(bad, &body).await.fields(), ["Idempotency-Key"], "{bad:?}");
    }
    api.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_sent_twenty_times_at_once_makes_one_order_and_one_answer() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9)]).await;
    let ada = api.customer("Ada").await;
    let body = items(&api, 1).await;
    let answers = join_all((0..20).map(|_| ada.place("once", &body))).await;
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.text), (201, &answers[0].text));
    }
    assert_eq!(api.shop.count("select count(*) from orders").await, 1);
    api.done().await;
}

#[tokio::test]
async fn a_key_of_a_refused_call_can_be_used_again() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 1)]).await;
    let ada = api.customer("Ada").await;
    ada.place("key", &items(&api, 2).await).await.problem(409, "not-enough-stock");
    ada.place("key", &items(&api, 1).await).await.ok(201);
    api.done().await;
}

#[tokio::test]
async fn of_two_who_want_the_last_one_only_one_gets_it() {
    let api = Api::open_without_delivery().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 1)]).await;
    let (ada, bob) = (api.customer("Ada").await, api.customer("Bob").await);
    let body = items(&api, 1).await;
    let (hers, his) = (ada.post("/orders", &body).await.ok(201), bob.post("/orders", &body).await.ok(201));
    api.shop.deliver().await;
    let hers = ada.get(&format!("/orders/{}", hers["id"].as_str().unwrap())).await.ok(200);
    let his = bob.get(&format!("/orders/{}", his["id"].as_str().unwrap())).await.ok(200);
    assert_eq!(hers["reservation"], "reserved");
    assert_eq!(
        (&his["reservation"], &his["status"], &his["cancel_reason"]),
        (&json!("rejected"), &json!("cancelled"), &json!("out_of_stock"))
    );
    api.done().await;
}

#[tokio::test]
async fn what_cannot_be_ordered_is_refused_and_leaves_nothing() {
    let api = Api::open().await;
    let mut shirt = product("SHIRT-S", "20.00", 2);
    shirt.options = vec!["Size".into()];
    shirt.variants = vec![variant("SHIRT-S", &["Small"], "20.00", 2), variant("SHIRT-L", &["Large"], "22.00", 5)];
    api.shop.load(vec![shirt, product("CUP", "5.00", 300)]).await;
    let (cup, shirt) = (api.product("CUP").await, api.product("SHIRT-S").await);
    let ada = api.customer("Ada").await;
    let place = async |body: Value| ada.post("/orders", &body).await;
    let of = |item: Value| json!({"items": [{"product_id": cup, "quantity": 1}, item]});
    let nobody = "00000000-0000-0000-0000-000000000000";
    place(of(json!({"product_id": nobody, "quantity": 1}))).await.problem(404, "not-found");
    place(of(json!({"product_id": shirt, "variant_id": api.shop.variant("SHIRT-S").await, "quantity": 3})))
        .await
        .problem(409, "not-enough-stock");
    for (item, field) in [
        (json!({"product_id": shirt, "quantity": 1}), "items[1].variant_id"),
        (json!({"product_id": cup, "variant_id": nobody, "quantity": 1}), "items[1].variant_id"),
        (json!({"product_id": cup, "quantity": 0}), "items[1].quantity"),
        (json!({"product_id": cup, "quantity": -1}), "items[1].quantity"),
        (json!({"product_id": cup, "quantity": 99}), "items[1].quantity"),
        (json!({"product_id": cup, "quantity": "1"}), "items[1].quantity"),
        (json!({"product_id": "x", "quantity": 1}), "items[1].product_id"),
        (json!({"quantity": 1}), "items[1].product_id"),
        (json!({"product_id": cup, "quantity": 1, "price": "0.01"}), "items[1].price"),
    ] {
        assert_eq!(place(of(item.clone())).await.fields(), [field], "{item}");
    }
    let many = vec![json!({"product_id": cup, "quantity": 1}); 51];
    assert_eq!(place(json!({"items": [[cup, null, 1]]})).await.fields(), ["items[0]"]);
    for items in [json!([]), json!(many), json!("cup"), json!({})] {
        assert_eq!(place(json!({"items": items})).await.fields(), ["items"]);
    }
    for extra in ["total", "status", "user_id", "price", "id"] {
        let mut body = of(json!({"product_id": cup, "quantity": 1}));
        body[extra] = json!("1.00");
        assert_eq!(place(body).await.fields(), [extra]);
    }
    let mut nowhere = address();
    nowhere["country"] = json!("XX");
    nowhere["city"] = json!(" ");
    let body = json!({"items": [{"product_id": cup, "quantity": 1}], "shipping_address": nowhere});
    assert_eq!(place(body).await.fields(), ["shipping_address.city", "shipping_address.country"]);
    let mut short = address();
    short.as_object_mut().unwrap().remove("line1");
    let body = json!({"items": [{"product_id": cup, "quantity": 1}], "shipping_address": short});
    assert_eq!(place(body).await.fields(), ["shipping_address.line1"]);
    assert_eq!(api.shop.count("select count(*) from orders").await, 0);
    assert_eq!(api.shop.count("select count(*) from idempotency_keys").await, 0);
    api.done().await;
}
