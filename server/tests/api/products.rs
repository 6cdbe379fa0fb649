//! Products: anybody reads them, staff write them.

use http::Method;
use serde_json::{Value, json};

use crate::client::Api;
use crate::harness::{product, variant};

fn mug() -> Value {
    json!({"name": "Blue Mug", "description": "A mug.\n\nIt is blue.", "price": "12.5", "stock": 7,
        "category": "tableware", "sku": "BLUE-MUG", "vendor": "Kiln & Loom", "tags": ["blue", "New", "new"]})
}

/// The same as a change of what was read at version 1.
fn edit() -> Value {
    let mut body = mug();
    body.as_object_mut().unwrap().remove("stock");
    body["version"] = json!(1);
    body
}

#[tokio::test]
async fn staff_make_a_product_that_anybody_can_read_and_buy() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[]).await;
    let staff = api.staff().await;
    let answer = staff.post("/products", &mug()).await;
    let made = answer.ok(201);
    let id = made["id"].as_str().unwrap();
    assert_eq!(answer.header("location"), format!("/api/v1/products/{id}"));
    assert_eq!((made["slug"].as_str(), made["name"].as_str()), (Some("blue-mug"), Some("Blue Mug")));
    assert_eq!(made["price"], json!({"amount": "12.50", "currency": "USD"}));
    assert_eq!((&made["stock"], &made["category"]), (&json!(7), &json!("tableware")));
    assert_eq!(made["variants"][0]["sku"], "BLUE-MUG");
    assert_eq!((&made["vendor"], &made["tags"]), (&json!("Kiln & Loom"), &json!(["blue", "New"])));
    assert_eq!((&made["variants"][0]["options"], &made["images"]), (&json!({}), &json!([])));
    for key in [id, "blue-mug"] {
        assert_eq!(api.guest().get(&format!("/products/{key}")).await.ok(200), made);
    }
    let list = api.guest().get("/products?q=blue").await.ok(200);
    assert_eq!((&list["items"][0], &list["total"]), (&made, &json!(1)));
    let cart = api.guest().post("/cart/items", &json!({"product_id": id, "quantity": 7})).await.ok(200);
    assert_eq!(cart["total"]["amount"], "87.50");
    api.done().await;
}

#[tokio::test]
async fn of_a_price_it_is_told_what_was_before_and_what_a_litre_costs() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("MUG", "24.00", 3)]).await;
    let told = async || {
        let variant = api.guest().get("/products/mug").await.ok(200)["variants"][0].clone();
        (variant["compare_at_price"]["amount"].clone(), variant["lowest_price_before"]["amount"].clone())
    };
    assert_eq!(told().await, (Value::Null, Value::Null));
    api.shop.execute("update product_variants set price = 20, compare_at_price = 30").await;
    assert_eq!(told().await, (json!("30.00"), json!("24.00")));
    let list = api.guest().get("/products").await.ok(200);
    assert_eq!(list["items"][0]["variants"][0]["lowest_price_before"], json!({"amount": "24.00", "currency": "USD"}));
    assert_eq!(list["items"][0]["variants"][0]["unit_price"], Value::Null);
    api.shop.execute("update product_variants set measure = '330 ml'").await;
    assert_eq!(
        api.guest().get("/products/mug").await.ok(200)["variants"][0]["unit_price"],
        json!({"measure": "330 ml", "price": {"amount": "60.61", "currency": "USD"}, "base": "l"})
    );
    api.done().await;
}

#[tokio::test]
async fn only_what_is_needed_needs_to_be_given() {
    let api = Api::open().await;
    let staff = api.staff().await;
    let least =
        json!({"name": "日本", "description": null, "price": {"amount": "0.99", "currency": "USD"}, "stock": 0});
    let made = staff.post("/products", &least).await.ok(201);
    assert_eq!((&made["slug"], &made["category"], &made["description"]), (&json!("ri-ben"), &json!(null), &json!("")));
    let again = staff.post("/products", &least).await.ok(201);
    assert_eq!(again["slug"], "ri-ben-2");
    assert_ne!(made["variants"][0]["sku"], again["variants"][0]["sku"]);
    api.guest().get("/products/ri-ben-2").await.ok(200);
    let list = api.guest().get("/products?in_stock=true").await.ok(200);
    assert_eq!(list["total"], 0);
    api.done().await;
}

#[tokio::test]
async fn a_change_keeps_the_slug_and_leaves_the_stock_alone() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 3)]).await;
    let staff = api.staff().await;
    let path = format!("/products/{}", api.product("CUP").await);
    let change = json!({"name": "Green Cup", "description": "New.", "price": "6", "category": "glass", "version": 1});
    let answer = staff.put(&path, &change).await;
    let changed = answer.ok(200);
    assert_eq!((answer.header("etag"), &changed["version"]), ("\"2\"", &json!(2)));
    assert_eq!(
        (&changed["slug"], &changed["name"], &changed["stock"]),
        (&json!("cup"), &json!("Green Cup"), &json!(3))
    );
    assert_eq!((&changed["category"], &changed["variants"][0]["sku"]), (&json!("glass"), &json!("CUP")));
    assert_eq!(changed["price"]["amount"], "6.00");
    let other = json!({"name": "Green Cup", "price": "6.00", "stock": 3, "sku": "cup-2", "version": 2});
    let changed = staff.put(&path, &other).await.ok(200);
    assert_eq!((&changed["stock"], &changed["category"]), (&json!(3), &json!("glass")), "left out: as it was");
    assert_eq!(changed["variants"][0]["sku"], "CUP-2");
    let stock = json!({"name": "Green Cup", "price": "6.00", "stock": 4, "version": 3});
    let refused = staff.put(&path, &stock).await;
    assert_eq!(refused.fields(), ["stock"]);
    assert!(refused.text.contains("adjustment or a count"), "{}", refused.text);
    assert_eq!(api.shop.count("select count(*) from stock_movements").await, 1);
    api.done().await;
}

/// The issue's own case: stock 10, all of it reserved, an edit with what was read before, ten more ordered.
#[tokio::test]
async fn an_edit_read_before_a_sale_does_not_promise_the_units_twice() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 10)]).await;
    let (staff, ada, bob) = (api.staff().await, api.customer("Ada").await, api.customer("Bob").await);
    let id = api.product("CUP").await;
    let read = staff.get(&format!("/products/{id}")).await.ok(200);
    let ten = json!({"items": [{"product_id": id, "quantity": 10}]});
    assert_eq!(ada.post("/orders", &ten).await.ok(201)["reservation"], "reserved");
    let mut edit = json!({"name": read["name"], "price": "4.00", "stock": read["stock"], "version": read["version"]});
    assert_eq!(staff.put(&format!("/products/{id}"), &edit).await.fields(), ["stock"]);
    edit.as_object_mut().unwrap().remove("stock");
    let edited = staff.put(&format!("/products/{id}"), &edit).await.ok(200);
    assert_eq!((&edited["stock"], &edited["price"]["amount"]), (&json!(0), &json!("4.00")));
    bob.post("/orders", &ten).await.problem(409, "not-enough-stock");
    api.done().await;
}

#[tokio::test]
async fn an_edit_says_which_version_it_was_made_on() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 3)]).await;
    let staff = api.staff().await;
    let path = format!("/products/{}", api.product("CUP").await);
    let read = staff.get(&path).await;
    assert_eq!((read.header("etag"), &read.ok(200)["version"]), ("\"1\"", &json!(1)));
    assert_eq!(read.header("cache-control"), "no-store", "stock changes without the version");
    let edit = |version: Option<i64>| {
        let mut body = json!({"name": "Cup", "price": "5.00"});
        body["version"] = json!(version);
        body
    };
    staff.put(&path, &edit(None)).await.problem(428, "version-required");
    for stale in ["\"2\"", "W/\"1\"", "\"x\"", "\"0\", \"2\""] {
        staff.put_if(&path, stale, &edit(None)).await.problem(412, "stale-version");
    }
    for wrong in ["*", "1", "", "\"1"] {
        assert_eq!(staff.put_if(&path, wrong, &edit(None)).await.fields(), ["If-Match"], "{wrong}");
    }
    assert_eq!(staff.put(&path, &edit(Some(0))).await.fields(), ["version"]);
    staff.put(&path, &edit(Some(7))).await.problem(412, "stale-version");
    staff.put_if(&path, "\"1\"", &edit(Some(2))).await.problem(412, "stale-version");
    let answer = staff.put_if(&path, "\"7\", \"1\"", &edit(None)).await;
    assert_eq!((answer.header("etag"), &answer.ok(200)["version"]), ("\"2\"", &json!(2)));
    staff.put_if(&path, "\"1\"", &edit(None)).await.problem(412, "stale-version");
    staff.put_if(&path, "\"2\"", &edit(Some(2))).await.ok(200);
    assert_eq!(staff.get(&path).await.header("etag"), "\"3\"");
    api.done().await;
}

#[tokio::test]
async fn stock_changes_by_adjustments_and_counts() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 10), ("MUG", "5.00", 1)]).await;
    let (staff, ada) = (api.staff().await, api.customer("Ada").await);
    let id = api.product("CUP").await;
    let path = format!("/products/{id}/stock");
    let order = json!({"items": [{"product_id": id, "quantity": 4}]});
    assert_eq!(ada.post("/orders", &order).await.ok(201)["reservation"], "reserved");
    let answer = staff.post(&path, &json!({"change": -2, "reason": "Two were broken"})).await;
    assert_eq!((answer.header("etag"), &answer.ok(200)["stock"]), ("\"1\"", &json!(4)), "it is no edit");
    let counted = staff.post(&path, &json!({"counted": 9, "reason": "Stocktaking"})).await.ok(200);
    assert_eq!(counted["stock"], 5, "four of the nine are Ada's");
    staff.post(&path, &json!({"change": -6, "reason": "Gone"})).await.problem(409, "not-enough-stock");
    staff.post(&path, &json!({"counted": 3, "reason": "Gone"})).await.problem(409, "count-below-reserved");
    let mug = staff.get("/products/mug").await.ok(200);
    for (field, body) in [
        ("change", json!({"reason": "Why"})),
        ("change", json!({"change": 0, "reason": "Why"})),
        ("change", json!({"change": 1_000_001, "reason": "Why"})),
        ("change", json!({"change": "1", "reason": "Why"})),
        ("change", json!({"change": 1.5, "reason": "Why"})),
        ("counted", json!({"counted": -1, "reason": "Why"})),
        ("counted", json!({"change": 1, "counted": 1, "reason": "Why"})),
        ("reason", json!({"change": 1})),
        ("reason", json!({"change": 1, "reason": ""})),
        ("variant_id", json!({"variant_id": mug["variants"][0]["id"], "change": 1, "reason": "Why"})),
        ("variant_id", json!({"variant_id": "x", "change": 1, "reason": "Why"})),
        ("stock", json!({"stock": 1, "change": 1, "reason": "Why"})),
    ] {
        assert_eq!(staff.post(&path, &body).await.fields(), [field], "{body}");
    }
    let fine = json!({"change": 1, "reason": "Found one"});
    for odd in ["/products/cup/stock", "/products/00000000-0000-0000-0000-000000000000/stock"] {
        staff.post(odd, &fine).await.problem(404, "not-found");
    }
    api.guest().post(&path, &fine).await.problem(401, "sign-in-needed");
    ada.post(&path, &fine).await.problem(403, "staff-only");
    assert_eq!(api.shop.stock("CUP").await, 5);
    api.done().await;
}

#[tokio::test]
async fn a_withdrawn_product_is_gone_from_the_shop_and_stays_on_orders() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 3)]).await;
    let (staff, ada) = (api.staff().await, api.customer("Ada").await);
    let id = api.product("CUP").await;
    let items = json!({"items": [{"product_id": id, "quantity": 1}]});
    let order = ada.post("/orders", &items).await.ok(201);
    ada.post("/cart/items", &json!({"product_id": id, "quantity": 1})).await.ok(200);
    let answer = staff.delete(&format!("/products/{id}")).await;
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (204, ""));
    for path in [format!("/products/{id}"), "/products/cup".to_owned()] {
        api.guest().get(&path).await.problem(404, "not-found");
    }
    assert_eq!(api.guest().get("/products").await.ok(200)["total"], 0);
    staff.delete(&format!("/products/{id}")).await.problem(404, "not-found");
    staff.put(&format!("/products/{id}"), &edit()).await.problem(404, "not-found");
    let cart = ada.get("/cart").await.ok(200);
    assert_eq!(cart["notices"][0]["kind"], "gone");
    ada.post("/orders", &json!({})).await.problem(409, "not-for-sale");
    ada.post("/orders", &items).await.problem(409, "not-for-sale");
    ada.post("/cart/items", &json!({"product_id": id, "quantity": 1})).await.problem(409, "not-for-sale");
    let kept = ada.get(&format!("/orders/{}", order["id"].as_str().unwrap())).await.ok(200);
    assert_eq!(kept["items"][0]["sku"], "CUP");
    api.done().await;
}

#[tokio::test]
async fn writing_is_for_staff() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 3)]).await;
    let (guest, ada) = (api.guest(), api.customer("Ada").await);
    let path = format!("/products/{}", api.product("CUP").await);
    for (method, path) in [(Method::POST, "/products"), (Method::PUT, &*path), (Method::DELETE, &*path)] {
        guest.json(method.clone(), path, &mug()).await.problem(401, "sign-in-needed");
        ada.json(method, path, &mug()).await.problem(403, "staff-only");
    }
    assert_eq!(api.shop.count("select count(*) from products").await, 1);
    assert_eq!(api.guest().get("/products/cup").await.ok(200)["name"], "Product CUP");
    api.done().await;
}

#[tokio::test]
async fn fields_that_will_not_do_are_named() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 3)]).await;
    let staff = api.staff().await;
    let bad = [
        ("name", json!("")),
        ("name", json!("x".repeat(121))),
        ("name", json!("a\u{0}b")),
        ("description", json!("x".repeat(5001))),
        ("description", json!("\u{0}")),
        ("price", json!("-1")),
        ("price", json!("1e3")),
        ("price", json!("1.999")),
        ("price", json!("1000000.01")),
        ("price", json!(12.5)),
        ("price", json!(null)),
        ("price.currency", json!({"amount": "1", "currency": "EUR"})),
        ("stock", json!(-1)),
        ("stock", json!(1_000_001)),
        ("stock", json!(1.5)),
        ("stock", json!("7")),
        ("category", json!("no-such-thing")),
        ("category", json!("Not A Slug")),
        ("sku", json!("a b")),
        ("sku", json!("X")),
    ];
    let path = format!("/products/{}", api.product("CUP").await);
    for (field, value) in bad {
        let mut body = mug();
        body[field.split('.').next().unwrap()] = value.clone();
        assert_eq!(staff.post("/products", &body).await.fields(), [field], "{value}");
        body["version"] = json!(1);
        assert_eq!(staff.put(&path, &body).await.fields(), [field], "{value}");
    }
    for extra in ["id", "slug", "status", "user_id", "total", "variants"] {
        let mut body = mug();
        body[extra] = json!("x");
        assert_eq!(staff.post("/products", &body).await.fields(), [extra]);
    }
    staff.post("/products", &mug()).await.ok(201);
    staff.post("/products", &mug()).await.problem(409, "sku-taken");
    staff.put(&path, &edit()).await.problem(409, "sku-taken");
    staff.put("/products/00000000-0000-0000-0000-000000000000", &edit()).await.problem(404, "not-found");
    staff.put("/products/cup", &edit()).await.problem(404, "not-found");
    api.done().await;
}

#[tokio::test]
async fn a_product_of_several_variants_is_read_whole_and_not_written_as_one() {
    let api = Api::open().await;
    let mut shirt = product("SHIRT-S", "20.00", 2);
    shirt.options = vec!["Size".into()];
    shirt.variants = vec![variant("SHIRT-S", &["Small"], "20.00", 2), variant("SHIRT-L", &["Large"], "22.00", 5)];
    api.shop.load(vec![shirt]).await;
    let staff = api.staff().await;
    let read = staff.get("/products/shirt-s").await.ok(200);
    assert_eq!((&read["stock"], &read["price"]["amount"]), (&json!(7), &json!("20.00")));
    assert_eq!(read["variants"][1]["options"], json!({"Size": "Large"}));
    let path = format!("/products/{}", read["id"].as_str().unwrap());
    staff.put(&path, &edit()).await.problem(409, "several-variants");
    api.done().await;
}
