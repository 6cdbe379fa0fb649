//! Products: anybody reads them, staff write them.

use http::Method;
use serde_json::{Value, json};

use crate::client::Api;
use crate::harness::{product, variant};

fn mug() -> Value {
    json!({"name": "Blue Mug", "description": "A mug.\n\nIt is blue.", "price": "12.5", "stock": 7,
        "category": "tableware", "sku": "BLUE-MUG"})
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
async fn only_what_is_needed_needs_to_be_given() {
    let api = Api::open().await;
    let staff = api.staff().await;
    let least =
        json!({"name": "日本", "description": null, "price": {"amount": "0.99", "currency": "USD"}, "stock": 0});
    let made = staff.post("/products", &least).await.ok(201);
    assert_eq!((&made["slug"], &made["category"], &made["description"]), (&json!("product"), &json!(null), &json!("")));
    let again = staff.post("/products", &least).await.ok(201);
    assert_eq!(again["slug"], "product-2");
    assert_ne!(made["variants"][0]["sku"], again["variants"][0]["sku"]);
    api.guest().get("/products/product-2").await.ok(200);
    let list = api.guest().get("/products?in_stock=true").await.ok(200);
    assert_eq!(list["total"], 0);
    api.done().await;
}

#[tokio::test]
async fn a_change_keeps_the_slug_and_corrects_the_stock_through_the_ledger() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 3)]).await;
    let staff = api.staff().await;
    let id = api.product("CUP").await;
    let change = json!({"name": "Green Cup", "description": "New.", "price": "6", "stock": 10, "category": "glass"});
    let changed = staff.put(&format!("/products/{id}"), &change).await.ok(200);
    assert_eq!(
        (&changed["slug"], &changed["name"], &changed["stock"]),
        (&json!("cup"), &json!("Green Cup"), &json!(10))
    );
    assert_eq!((&changed["category"], &changed["variants"][0]["sku"]), (&json!("glass"), &json!("CUP")));
    assert_eq!(changed["price"]["amount"], "6.00");
    let fewer = json!({"name": "Green Cup", "price": "6.00", "stock": 4, "sku": "cup-2"});
    let changed = staff.put(&format!("/products/{id}"), &fewer).await.ok(200);
    assert_eq!((&changed["stock"], &changed["category"]), (&json!(4), &json!("glass")), "left out: as it was");
    assert_eq!(changed["variants"][0]["sku"], "CUP-2");
    assert_eq!(api.shop.count("select sum(units) from stock_movements where cause = 'correction'").await, 1);
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
    staff.put(&format!("/products/{id}"), &mug()).await.problem(404, "not-found");
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
        assert_eq!(staff.put(&path, &body).await.fields(), [field], "{value}");
    }
    for extra in ["id", "slug", "status", "user_id", "total", "variants"] {
        let mut body = mug();
        body[extra] = json!("x");
        assert_eq!(staff.post("/products", &body).await.fields(), [extra]);
    }
    staff.post("/products", &mug()).await.ok(201);
    staff.post("/products", &mug()).await.problem(409, "sku-taken");
    staff.put(&path, &mug()).await.problem(409, "sku-taken");
    staff.put("/products/00000000-0000-0000-0000-000000000000", &mug()).await.problem(404, "not-found");
    staff.put("/products/cup", &mug()).await.problem(404, "not-found");
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
    staff.put(&path, &mug()).await.problem(409, "several-variants");
    api.done().await;
}

#[tokio::test]
async fn a_list_is_filtered_sorted_and_paged() {
    let api = Api::open().await;
    let shelf: Vec<_> = (1..=30).map(|n| (format!("CUP-{n:02}"), format!("{n}.00"), n % 3)).collect();
    let shelf: Vec<_> = shelf.iter().map(|(sku, price, stock)| (&**sku, &**price, *stock)).collect();
    api.shop.stock_shelves(&shelf).await;
    let guest = api.guest();
    let list = guest.get("/products?sort=price_down&per_page=10&page=2").await.ok(200);
    assert_eq!((&list["page"], &list["per_page"], &list["total"]), (&json!(2), &json!(10), &json!(30)));
    assert_eq!((&list["items"][0]["slug"], list["items"].as_array().unwrap().len()), (&json!("cup-20"), 10));
    let list = guest.get("/products").await.ok(200);
    assert_eq!((&list["per_page"], list["items"].as_array().unwrap().len()), (&json!(24), 24));
    let beyond = guest.get("/products?page=4000000000&per_page=100").await.ok(200);
    assert_eq!((&beyond["items"], &beyond["total"]), (&json!([]), &json!(30)));
    assert_eq!(guest.get("/products?per_page=1000").await.ok(200)["per_page"], 100);
    assert_eq!(guest.get("/products?in_stock=true&min_price=10&max_price=20").await.ok(200)["total"], 8);
    assert_eq!(guest.get("/products?category=glass").await.ok(200)["total"], 0);
    assert_eq!(guest.get("/products?category=tableware&q=cup-07&utm_source=x").await.ok(200)["total"], 1);
    for (query, field) in [
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=-1", "page"),
        ("per_page=0", "per_page"),
        ("min_price=cheap", "min_price"),
        ("max_price=1e9", "max_price"),
        ("in_stock=perhaps", "in_stock"),
        ("sort=best", "sort"),
        ("category=A%20B", "category"),
        (&*format!("q={}", "x".repeat(101)), "q"),
    ] {
        assert_eq!(guest.get(&format!("/products?{query}")).await.fields(), [field], "{query}");
    }
    for odd in ["/products/", "/products/%20", "/products/a/b", "/products/A_B", "/products/nothing"] {
        guest.get(odd).await.problem(404, "not-found");
    }
    api.done().await;
}
