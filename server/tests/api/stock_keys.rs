//! Changes of stock, sent more than once.

use futures::future::join_all;
use serde_json::json;

use crate::client::Api;

#[tokio::test(flavor = "multi_thread")]
async fn one_key_sent_twenty_times_at_once_moves_stock_once() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 10)]).await;
    let staff = api.staff().await;
    let path = format!("/products/{}/stock", api.product("CUP").await);
    let body = json!({"change": 4, "reason": "A parcel"});
    let answers = join_all((0..20).map(|_| staff.post_once(&path, "parcel-1", &body))).await;
    for answer in &answers {
        assert_eq!((answer.ok(200)["stock"].as_u64(), &answer.text), (Some(14), &answers[0].text));
        assert_eq!((answer.header("etag"), answer.header("content-type")), ("\"1\"", "application/json"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_eq!(api.shop.count("select count(*) from stock_movements where cause = 'adjustment'").await, 1);
    staff.post(&path, &body).await.ok(200);
    assert_eq!(staff.post_once(&path, "parcel-1", &body).await.text, answers[0].text, "whatever has moved since");
    assert_eq!(api.shop.stock("CUP").await, 18, "without a key it is another parcel");
    api.done().await;
}

#[tokio::test]
async fn a_key_belongs_to_one_change_of_one_product() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 10), ("MUG", "5.00", 10)]).await;
    let staff = api.staff().await;
    let path = |id: &str| format!("/products/{id}/stock");
    let (cup, mug) = (path(&api.product("CUP").await), path(&api.product("MUG").await));
    let count = json!({"counted": 8, "reason": "Stocktaking"});
    staff.post_once(&cup, "count", &json!({"counted": -1, "reason": "Stocktaking"})).await.fields();
    let first = staff.post_once(&cup, "count", &count).await;
    assert_eq!(first.ok(200)["stock"], 8, "a refused call keeps no key");
    for (path, body) in [
        (&mug, count.clone()),
        (&cup, json!({"counted": 9, "reason": "Stocktaking"})),
        (&cup, json!({"change": 8, "reason": "Stocktaking"})),
        (&cup, json!({"counted": 8, "reason": "Again"})),
    ] {
        let problem = staff.post_once(path, "count", &body).await.problem(422, "key-reused");
        assert_eq!(problem["errors"][0]["field"], "Idempotency-Key", "{body}");
    }
    let order = json!({"items": [{"product_id": api.product("CUP").await, "quantity": 1}]});
    staff.place("count", &order).await.problem(422, "key-reused");
    staff.place("order", &order).await.ok(201);
    staff.post_once(&cup, "order", &count).await.problem(422, "key-reused");
    assert_eq!(staff.post_once(&cup, "a b", &count).await.fields(), ["Idempotency-Key"]);
    // Also when there is nothing left to read.
    staff.delete(cup.trim_end_matches("/stock")).await;
    assert_eq!(staff.post_once(&cup, "count", &count).await.text, first.text);
    api.done().await;
}
