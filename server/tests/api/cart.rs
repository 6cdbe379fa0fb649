//! Carts, a guest's and a customer's.

use http::Method;
use serde_json::json;

use crate::client::Api;
use crate::harness::{product, variant};

const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

#[tokio::test]
async fn a_guest_fills_changes_and_empties_a_cart() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9), ("MUG", "7.50", 9)]).await;
    let guest = api.guest();
    let empty = guest.get("/cart").await.ok(200);
    assert_eq!(
        empty,
        json!({"id": null, "items": [], "count": 0, "notices": [], "discounts": [], "coupon": null, "shipping": null,
        "missing_for_free_shipping": null, "subtotal": {"amount": "0.00", "currency": "USD"},
        "tax": {"amount": {"amount": "0.00", "currency": "USD"}, "included": true, "lines": []},
        "total": {"amount": "0.00", "currency": "USD"}})
    );
    assert!(guest.cookie().is_none(), "looking makes no session");
    let cup = api.product("CUP").await;
    let cart = guest.post("/cart/items", &json!({"product_id": cup, "quantity": 2})).await.ok(200);
    assert!(cart["id"].is_string() && guest.cookie().is_some());
    let cart = guest.post("/cart/items", &json!({"product_id": cup, "quantity": 1})).await.ok(200);
    assert_eq!((&cart["count"], &cart["items"][0]["quantity"]), (&json!(3), &json!(3)));
    let mug =
        json!({"product_id": api.product("MUG").await, "variant_id": api.shop.variant("MUG").await, "quantity": 1});
    let cart = guest.post("/cart/items", &mug).await.ok(200);
    let line = &cart["items"][1];
    assert_eq!((&line["name"], &line["sku"]), (&json!("Product MUG"), &json!("MUG")));
    assert_eq!((&line["product_id"], &line["variant_id"]), (&mug["product_id"], &mug["variant_id"]));
    assert_eq!(line["unit_price"], json!({"amount": "7.50", "currency": "USD"}));
    let path = format!("/cart/items/{}", line["id"].as_str().unwrap());
    let cart = guest.put(&path, &json!({"quantity": 4})).await.ok(200);
    assert_eq!(
        (&cart["items"][1]["line_total"]["amount"], &cart["total"]["amount"]),
        (&json!("30.00"), &json!("45.00"))
    );
    assert_eq!(guest.get("/cart").await.ok(200), cart);
    let cart = guest.delete(&path).await.ok(200);
    assert_eq!(cart["count"], 3);
    guest.delete(&path).await.problem(404, "not-found");
    guest.put(&path, &json!({"quantity": 1})).await.problem(404, "not-found");
    let cart = guest.send(guest.request(Method::POST, "/cart/clear"), axum::body::Body::empty()).await.ok(200);
    assert_eq!((&cart["count"], &cart["items"]), (&json!(0), &json!([])));
    api.done().await;
}

#[tokio::test]
async fn a_cart_comes_along_when_its_guest_signs_in() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9)]).await;
    let cup = json!({"product_id": api.product("CUP").await, "quantity": 2});
    let ada = api.customer("Ada").await;
    ada.post("/cart/items", &cup).await.ok(200);
    let guest = api.guest();
    guest.post("/cart/items", &cup).await.ok(200);
    let login = json!({"email": "ada@example.org", "password": "correct horse"});
    guest.post("/auth/login", &login).await.ok(200);
    assert_eq!(guest.get("/cart").await.ok(200)["count"], 4);
    assert_eq!(ada.get("/cart").await.ok(200)["count"], 4);
    api.done().await;
}

#[tokio::test]
async fn another_ones_line_is_not_there() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9)]).await;
    let cup = json!({"product_id": api.product("CUP").await, "quantity": 2});
    let (ada, bob, guest) = (api.customer("Ada").await, api.customer("Bob").await, api.guest());
    let cart = ada.post("/cart/items", &cup).await.ok(200);
    bob.post("/cart/items", &cup).await.ok(200);
    guest.post("/cart/items", &cup).await.ok(200);
    let line = format!("/cart/items/{}", cart["items"][0]["id"].as_str().unwrap());
    for client in [&bob, &guest, &api.guest()] {
        client.put(&line, &json!({"quantity": 1})).await.problem(404, "not-found");
        client.delete(&line).await.problem(404, "not-found");
    }
    assert_eq!(ada.get("/cart").await.ok(200), cart);
    api.done().await;
}

#[tokio::test]
async fn what_cannot_be_put_in_is_refused() {
    let api = Api::open().await;
    let mut shirt = product("SHIRT-S", "20.00", 2);
    shirt.options = vec!["Size".into()];
    shirt.variants = vec![variant("SHIRT-S", &["Small"], "20.00", 2), variant("SHIRT-L", &["Large"], "22.00", 5)];
    api.shop.load(vec![shirt, product("CUP", "5.00", 3)]).await;
    let (cup, shirt) = (api.product("CUP").await, api.product("SHIRT-S").await);
    let guest = api.guest();
    let add = async |body: serde_json::Value| guest.post("/cart/items", &body).await;
    add(json!({"product_id": NOBODY, "quantity": 1})).await.problem(404, "not-found");
    add(json!({"product_id": cup, "quantity": 4})).await.problem(409, "not-enough-stock");
    assert_eq!(add(json!({"product_id": shirt, "quantity": 1})).await.fields(), ["variant_id"]);
    let foreign = json!({"product_id": cup, "variant_id": api.shop.variant("SHIRT-L").await, "quantity": 1});
    assert_eq!(add(foreign).await.fields(), ["variant_id"]);
    for bad in [json!(0), json!(-1), json!(100), json!(1.5), json!("2"), json!(null), json!(10_000_000_000_i64)] {
        assert_eq!(add(json!({"product_id": cup, "quantity": bad})).await.fields(), ["quantity"], "{bad}");
    }
    for bad in [json!("x"), json!(7), json!(null), json!("")] {
        assert_eq!(add(json!({"product_id": bad, "quantity": 1})).await.fields(), ["product_id"], "{bad}");
    }
    for extra in ["price", "unit_price", "total", "status", "user_id"] {
        let mut body = json!({"product_id": cup, "quantity": 1});
        body[extra] = json!("0.01");
        assert_eq!(add(body).await.fields(), [extra]);
    }
    assert_eq!(guest.get("/cart").await.ok(200)["count"], 0);
    let cart = add(json!({"product_id": cup, "quantity": 1})).await.ok(200);
    let line = format!("/cart/items/{}", cart["items"][0]["id"].as_str().unwrap());
    guest.put(&line, &json!({"quantity": 4})).await.problem(409, "not-enough-stock");
    assert_eq!(guest.put(&line, &json!({"quantity": 0})).await.fields(), ["quantity"]);
    assert_eq!(guest.put(&line, &json!({"quantity": 1, "unit_price": "1"})).await.fields(), ["unit_price"]);
    for odd in ["/cart/items/x", "/cart/items/%2e%2e"] {
        guest.put(odd, &json!({"quantity": 1})).await.problem(404, "not-found");
        guest.delete(odd).await.problem(404, "not-found");
    }
    api.done().await;
}

#[tokio::test]
async fn a_full_cart_takes_no_more_and_a_changed_price_is_told() {
    let api = Api::open().await;
    let skus: Vec<_> = (0..51).map(|n| format!("CUP-{n:02}")).collect();
    let shelf: Vec<_> = skus.iter().map(|sku| (sku.as_str(), "5.00", 9)).collect();
    api.shop.stock_shelves(&shelf).await;
    let guest = api.guest();
    for (n, sku) in skus.iter().enumerate() {
        let answer = guest.post("/cart/items", &json!({"product_id": api.product(sku).await, "quantity": 1})).await;
        if n < 50 {
            answer.ok(200)
        } else {
            answer.problem(409, "cart-full")
        };
    }
    api.shop.execute("update product_variants set price = 6 where sku = 'CUP-00'").await;
    let cart = guest.get("/cart").await.ok(200);
    assert_eq!(
        (&cart["notices"][0]["kind"], &cart["notices"][0]["item_id"]),
        (&json!("price_changed"), &cart["items"][0]["id"])
    );
    api.done().await;
}
