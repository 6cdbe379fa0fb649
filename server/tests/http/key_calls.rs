//! What programs call with a key, as they call it: with an idempotency key, and beside others who guess.

use axum::body::Body;
use http::{Method, StatusCode};
use shop::domain::StaffRole;

use crate::accounts::open_form;
use crate::admin::Desk;
use crate::keys::{call, get, made, with_key};
use crate::roles::works_as;
use crate::staff::invited_link;

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

#[tokio::test]
async fn who_is_removed_and_invited_again_comes_back_without_their_keys() {
    let desk = Desk::open().await;
    let (olga, manager) = (desk.olga().await, works_as(&desk, StaffRole::Manager).await);
    let key = made(&manager, "Robot", &["checkout"]).await;
    let left = made(&manager, "Left", &["checkout"]).await;
    let promotions = "/api/v1/promotions";
    for key in [&key, &left] {
        assert_eq!(get(&desk.site, key, promotions).await.status, StatusCode::OK);
    }
    let email = "manager@example.org";
    let id: uuid::Uuid = desk.site.shop.scalar("select id from users where email = $1::citext", email).await;
    let removed = olga.submit("/admin/staff", "admin-remove-staff", &[("user_id", &id.to_string())]).await.text;
    assert!(removed.contains("They work here no more"), "{removed}");
    let page = olga.get("/admin/keys").await.text;
    assert_eq!(page.matches("Revoked by Olga").count(), 2, "{page}");
    desk.site.shop.execute("update api_keys set revoked_by = gen_random_uuid() where name = 'Robot'").await;
    let page = olga.get("/admin/keys").await.text;
    assert!(page.contains("Revoked by Somebody"), "who is gone has no name: {page}");
    // As a release leaves it that ends none.
    desk.site.shop.execute("update api_keys set revoked_at = null, revoked_by = null where name = 'Left'").await;
    olga.submit("/admin/staff", "admin-invite-staff", &[("email", email), ("role", "manager")]).await;
    let (link, back) = (invited_link(&desk).await, desk.site.visitor());
    back.call("login", &[("email", email), ("password", "correct horse")]).await;
    open_form(&back, &link).await;
    let joined = back.submit("/invitation", "join-staff", &[]).await.text;
    assert!(joined.contains("This is where you work"), "{joined}");
    for key in [&key, &left] {
        let answer = get(&desk.site, key, promotions).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    }
    let new = made(&back, "New", &["checkout"]).await;
    assert_eq!(get(&desk.site, &new, promotions).await.status, StatusCode::OK);
    desk.site.shop.done().await;
}

/// Moving an order on is one thing, giving back what was paid for it another.
#[tokio::test]
async fn a_key_that_moves_orders_on_cancels_none_without_giving_money_back() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let moves = made(&olga, "Moves", &["order_changes"]).await;
    let refunds = made(&olga, "Refunds", &["refunds"]).await;
    let path = format!("/api/v1/orders/{}/status", desk.order);
    let cancelled = r#"{"status":"cancelled"}"#;
    let denied = call(&desk.site, &moves, Method::PUT, &path, cancelled).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text);
    assert!(denied.text.contains("not-permitted"), "{}", denied.text);
    let denied = call(&desk.site, &refunds, Method::PUT, &path, r#"{"status":"shipped"}"#).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text);
    assert_eq!(desk.site.shop.count("select count(*) from refunds").await, 0);
    assert_eq!(desk.site.shop.count("select count(*) from orders where status = 'paid'").await, 1);
    let done = call(&desk.site, &refunds, Method::PUT, &path, cancelled).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let page = olga.get("/admin/keys").await.text;
    assert!(page.contains("It also sends what of an order has not left, and writes down payments"), "{page}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn whoever_guesses_in_a_keys_name_does_not_keep_it_out() {
    let desk = Desk::open().await;
    let key = made(&desk.olga().await, "Robot", &["checkout"]).await;
    let (known, _) = key.rsplit_once('_').unwrap();
    let mut last = None;
    for number in 0..200 {
        let wrong = get(&desk.site, &format!("{known}_{number:064}"), "/api/v1/promotions").await;
        last = Some(wrong.status);
    }
    assert_eq!(last, Some(StatusCode::TOO_MANY_REQUESTS), "whoever guesses waits");
    let right = get(&desk.site, &key, "/api/v1/promotions").await;
    assert_eq!(right.status, StatusCode::OK, "{}", right.text);
    desk.site.shop.done().await;
}
