//! What programs call with a key, as they call it: with an idempotency key, and beside others who guess.

use axum::body::Body;
use http::{Method, StatusCode};

use crate::admin::Desk;
use crate::keys::{made, with_key};

#[tokio::test]
async fn what_is_sent_again_with_an_idempotency_key_is_answered_and_moves_nothing() {
    let desk = Desk::open().await;
    let key = made(&desk.olga().await, "Robot", &["stock", "shipping", "refunds"]).await;
    let (mug, order) = (desk.site.shop.record("mug").await.id, desk.order);
    let shelf = desk.site.shop.stock("MUG").await;
    let calls = [
        (format!("/api/v1/products/{mug}/stock"), r#"{"change":1,"reason":"One more was found"}"#, StatusCode::OK),
        (format!("/api/v1/orders/{order}/shipments"), "{}", StatusCode::CREATED),
        (format!("/api/v1/orders/{order}/refunds"), r#"{"amount":"1.00","reason":"Late"}"#, StatusCode::CREATED),
    ];
    for (path, body, status) in calls {
        let send = async || {
            let request = with_key(&key, Method::POST, &path).header("idempotency-key", path.as_str());
            desk.site.send(request.body(Body::from(body)).unwrap()).await
        };
        let (first, again) = (send().await, send().await);
        assert_eq!(first.status, status, "{path}: {}", first.text);
        assert_eq!((again.status, again.text), (status, first.text), "{path}");
        if path.ends_with("/stock") {
            assert_eq!(desk.site.shop.stock("MUG").await, shelf + 1);
        }
    }
    assert_eq!(desk.site.shop.count("select count(*) from shipments").await, 1);
    assert_eq!(desk.site.shop.count("select count(*) from refunds").await, 1);
    desk.site.shop.done().await;
}
