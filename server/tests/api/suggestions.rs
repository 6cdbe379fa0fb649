//! What is suggested while somebody types, for programs.

use serde_json::json;

use crate::client::Api;

#[tokio::test]
async fn suggestions_are_products_categories_and_what_was_meant() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "9.50", 0)]).await;
    let guest = api.guest();
    let mug = json!({"slug": "mug", "name": "Product MUG", "price": {"amount": "24.00", "currency": "USD"},
        "price_varies": false, "image": null});
    let answer = guest.get("/search/suggestions?q=mu").await;
    assert_eq!(answer.ok(200), json!({"meant": null, "products": [mug], "categories": []}));
    assert_eq!(answer.header("cache-control"), "private, max-age=1");
    let found = guest.get("/search/suggestions?q=tablew").await.ok(200);
    assert_eq!(found["categories"], json!([{"slug": "tableware", "name": "Tableware"}]));
    assert_eq!(found["products"].as_array().map(Vec::len), Some(2));
    let found = guest.get("/search/suggestions?q=prodcut").await.ok(200);
    assert_eq!((&found["meant"], &found["products"][0]), (&json!("product"), &mug));
    api.done().await;
}

#[tokio::test]
async fn nothing_is_suggested_for_nothing_and_too_much_is_refused() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let guest = api.guest();
    let nothing = json!({"meant": null, "products": [], "categories": []});
    for query in ["", "?q=", "?q=m", "?q=xylophone", "?q=%27%3B--", "?q=%01%02"] {
        assert_eq!(guest.get(&format!("/search/suggestions{query}")).await.ok(200), nothing, "{query}");
    }
    let long = guest.get(&format!("/search/suggestions?q={}", "m".repeat(101))).await;
    assert_eq!(long.fields(), ["q"]);
    assert_eq!(long.header("cache-control"), "no-store");
    assert_eq!(guest.get("/search/suggestions?q=mug&q=cup").await.fields(), ["q"]);
    api.done().await;
}
