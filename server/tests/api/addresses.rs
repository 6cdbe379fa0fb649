//! The address book, as a program keeps it.

use serde_json::json;

use crate::client::{Api, address};

#[tokio::test]
async fn addresses_are_added_read_changed_and_removed() {
    let api = Api::open().await;
    let ada = api.customer("Ada").await;
    assert_eq!(ada.get("/addresses").await.ok(200)["items"], json!([]));
    let mut body = address();
    body["postal_code"] = json!("sw1y4jh");
    body["company"] = json!("Analytical Engines");
    let answer = ada.post("/addresses", &body).await;
    let first = answer.ok(201);
    let path = format!("/addresses/{}", first["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), format!("/api/v1{path}"));
    assert_eq!((&first["postal_code"], &first["default"]), (&json!("SW1Y 4JH"), &json!(true)));
    assert_eq!((&first["company"], &first["region"]), (&json!("Analytical Engines"), &json!(null)));
    let in_dubai =
        json!({"name": "Ada", "line1": "Al Wasl Road 1", "region": "Dubai", "country": "AE", "default": true});
    let second = ada.post("/addresses", &in_dubai).await.ok(201);
    assert_eq!(
        (&second["region"], &second["city"], &second["postal_code"]),
        (&json!("DU"), &json!(null), &json!(null))
    );
    let list = ada.get("/addresses").await.ok(200);
    assert_eq!((&list["total"], &list["items"][0]["id"]), (&json!(2), &second["id"]), "the default first");
    assert_eq!(list["items"][1]["default"], false);
    assert_eq!(ada.get(&path).await.ok(200)["id"], first["id"]);
    body["line1"] = json!("9 Ormonde Street");
    assert_eq!(ada.put(&path, &body).await.ok(200)["default"], false, "it stays what it is");
    assert_eq!(ada.get(&path).await.ok(200)["line1"], "9 Ormonde Street");
    assert_eq!(ada.delete(&path).await.status, 204);
    ada.get(&path).await.problem(404, "not-found");
    ada.delete(&path).await.problem(404, "not-found");
    api.done().await;
}

#[tokio::test]
async fn what_will_not_do_is_named_and_a_full_book_says_so() {
    let api = Api::open().await;
    let ada = api.customer("Ada").await;
    let with = |field: &str, value: serde_json::Value| {
        let mut body = address();
        body[field] = value;
        body
    };
    for (body, fields) in [
        (with("postal_code", json!("10117")), &["postal_code"][..]),
        (with("postal_code", json!(null)), &["postal_code"]),
        (with("country", json!("US")), &["region", "postal_code"]),
        (with("country", json!("XX")), &["country"]),
        (with("phone", json!("call me")), &["phone"]),
        (with("tax_number", json!("x".repeat(31))), &["tax_number"]),
        (with("user_id", json!("me")), &["user_id"]),
        (with("id", json!("mine")), &["id"]),
        (with("default", json!("yes")), &["default"]),
        (with("name", json!("Ada\r\nBcc: eve@example.org\u{0}")), &["name"]),
    ] {
        assert_eq!(ada.post("/addresses", &body).await.fields(), fields, "{body}");
    }
    for number in 1..=20 {
        ada.post("/addresses", &with("line1", json!(format!("{number} Main Street")))).await.ok(201);
    }
    ada.post("/addresses", &address()).await.problem(409, "address-book-full");
    let bob = api.customer("Bob").await;
    let id = ada.get("/addresses").await.ok(200)["items"][0]["id"].as_str().unwrap().to_owned();
    for answer in [
        bob.get(&format!("/addresses/{id}")).await,
        bob.put(&format!("/addresses/{id}"), &address()).await,
        bob.delete(&format!("/addresses/{id}")).await,
        ada.get("/addresses/nonsense").await,
    ] {
        answer.problem(404, "not-found");
    }
    assert_eq!(bob.get("/addresses").await.ok(200)["total"], 0);
    api.guest().get("/addresses").await.problem(401, "sign-in-needed");
    api.done().await;
}

#[tokio::test]
async fn an_order_goes_to_where_its_country_writes_addresses_so() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 9)]).await;
    let ada = api.customer("Ada").await;
    let item = json!({"product_id": api.product("CUP").await, "quantity": 1});
    let place = async |address| ada.post("/orders", &json!({"items": [item], "shipping_address": address})).await;
    let in_texas = json!({"name": "Ada", "line1": "1 Main St", "city": "Austin", "region": "texas", "postal_code": "78701",
        "country": "US", "phone": "+1 512 555 0100"});
    let order = place(in_texas.clone()).await.ok(201);
    assert_eq!(order["shipping_address"]["region"], "TX");
    assert_eq!(order["shipping_address"]["phone"], "+1 512 555 0100");
    assert_eq!(order["billing_address"], json!(null));
    let body = json!({"items": [item], "shipping_address": in_texas, "billing_address": address()});
    let order = ada.post("/orders", &body).await.ok(201);
    assert_eq!(order["billing_address"]["city"], "London");
    let body = json!({"items": [item], "billing_address": {"name": "A", "line1": "B", "country": "GB"}});
    assert_eq!(ada.post("/orders", &body).await.fields(), ["billing_address.city", "billing_address.postal_code"]);
    let mut wrong = in_texas;
    wrong["region"] = json!("Bavaria");
    wrong["postal_code"] = json!("SW1Y 4JH");
    assert_eq!(place(wrong).await.fields(), ["shipping_address.region", "shipping_address.postal_code"]);
    api.done().await;
}
