//! Staff show again who they are: once a day, and before money is given back or it is changed who works here.

use axum::body::Body;
use http::{Request, StatusCode};
use time::Duration;

use crate::admin::Desk;
use crate::visitor::{Answer, Visitor, hidden};

#[tokio::test]
async fn staff_sign_in_again_after_a_day_of_work_and_customers_need_not() {
    let desk = Desk::open().await;
    let (olga, bob) = (desk.olga().await, desk.site.visitor());
    bob.register("Bob").await;
    desk.site.shop.clock.advance(Duration::hours(12) - Duration::minutes(1));
    assert_eq!(olga.get("/admin/orders").await.status, StatusCode::OK);
    desk.site.shop.clock.advance(Duration::minutes(1));
    let page = olga.get("/admin/orders").await;
    assert_eq!((page.status, page.location()), (StatusCode::FOUND, "/login?next=%2Fadmin%2Forders"));
    let form = [("order_id", desk.order.to_string()), ("note", "x".to_owned())];
    let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let sent = olga.post(&desk.order_page(), "admin-note-order", &form).await;
    assert!(sent.location().starts_with("/login?next="), "{}", sent.location());
    assert_eq!(olga.call("admin-orders", &[]).await.status, StatusCode::UNAUTHORIZED);
    let her: uuid::Uuid =
        desk.site.shop.scalar("select id from users where email = $1::citext", "olga@example.org").await;
    let person = async |id: String| olga.get(&format!("/api/v1/users/{id}")).await;
    let other = person(desk.ada.0.to_string()).await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED, "{}", other.text);
    assert!(!other.text.contains("ada@example.org"), "{}", other.text);
    assert_eq!(person(her.to_string()).await.status, StatusCode::OK, "herself she sees as every customer does");
    assert_eq!(olga.get("/account").await.status, StatusCode::OK, "she is still a customer");
    assert_eq!(bob.get("/account").await.status, StatusCode::OK);
    assert_eq!(bob.get("/admin/orders").await.status, StatusCode::NOT_FOUND);
    let again = [("email", "olga@example.org"), ("password", "correct horse"), ("next", "/admin/orders")];
    assert_eq!(olga.submit("/login", "login", &again).await.status, StatusCode::OK);
    assert_eq!(olga.get("/admin/orders").await.status, StatusCode::OK);
    assert_eq!(person(desk.ada.0.to_string()).await.status, StatusCode::OK);
    // A session of a release that did not note when it began.
    desk.site.shop.execute("update sessions set data = data - 'fresh'").await;
    assert_eq!(olga.get("/admin/orders").await.status, StatusCode::FOUND);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_refund_asks_for_the_password_and_nothing_that_was_typed_is_lost() {
    let desk = Desk::open().await;
    let (olga, page) = (desk.olga().await, desk.order_page());
    desk.site.shop.clock.advance(Duration::minutes(15) + Duration::seconds(2));
    let order = desk.order.to_string();
    let key = hidden(&olga.get(&page).await.text, "key");
    let refund = [("order_id", order.as_str()), ("key", &key), ("amount", "1.25"), ("reason", "Late & <chipped>")];
    let asked = olga.submit(&page, "admin-refund-order", &refund).await.text;
    assert!(asked.contains("Your password, please") && asked.contains("What you typed is kept"), "{asked}");
    assert_eq!(desk.site.shop.count("select count(*) from refunds").await, 0);
    let (next, kept) = (hidden(&asked, "next"), hidden(&asked, "kept"));
    assert_eq!(next, page);
    let with = |password: &'static str| [("password", password), ("next", next.as_str()), ("kept", kept.as_str())];
    let wrong = olga.submit("/admin/confirm", "admin-confirm", &with("wrong horse")).await.text;
    assert!(wrong.contains("role=\"alert\"") && hidden(&wrong, "kept") == kept, "{wrong}");
    let back = olga.submit("/admin/confirm", "admin-confirm", &with("correct horse")).await.text;
    for part in ["Nothing is done yet", "value=\"1.25\"", "value=\"Late &amp; &lt;chipped&gt;\"", "<details open"] {
        assert!(back.contains(part), "{part}: {back}");
    }
    let key = hidden(&back, "key");
    let refund = [("order_id", order.as_str()), ("key", &key), ("amount", "1.25"), ("reason", "Late")];
    let given = olga.submit(&page, "admin-refund-order", &refund).await.text;
    assert!(given.contains("The refund is on its way"), "{given}");
    desk.site.shop.clock.advance(Duration::minutes(16));
    let script = olga.call("admin-refund-order", &refund).await;
    assert_eq!(script.status, StatusCode::FORBIDDEN, "{}", script.text);
    let note = [("order_id", order.as_str()), ("note", "Called")];
    let noted = olga.submit(&page, "admin-note-order", &note).await.text;
    assert!(noted.contains("Noted."), "nothing else asks: {noted}");
    desk.site.shop.done().await;
}

/// As a program asks for it.
async fn set_status(visitor: &Visitor<'_>, order: &str, status: &str) -> Answer {
    let request = Request::put(format!("/api/v1/orders/{order}/status")).header("content-type", "application/json");
    visitor.send(request, Body::from(format!(r#"{{"status":"{status}"}}"#))).await
}

#[tokio::test]
async fn cancelling_an_order_gives_money_back_and_asks_for_the_password_too() {
    let desk = Desk::open().await;
    let (olga, page) = (desk.olga().await, desk.order_page());
    desk.site.shop.clock.advance(Duration::minutes(16));
    let order = desk.order.to_string();
    let cancel = [("order_id", order.as_str()), ("status", "cancelled")];
    let sent = olga.post(&page, "admin-move-order", &cancel).await;
    assert!(sent.location().starts_with("/admin/confirm?next="), "{}", sent.location());
    let script = olga.call("admin-move-order", &cancel).await;
    assert_eq!(script.status, StatusCode::FORBIDDEN, "{}", script.text);
    let told = set_status(&olga, &order, "cancelled").await;
    assert!(told.status == StatusCode::FORBIDDEN && told.text.contains("confirm-needed"), "{}", told.text);
    assert_eq!(desk.site.shop.count("select count(*) from refunds").await, 0);
    assert_eq!(desk.site.shop.count("select count(*) from orders where status = 'cancelled'").await, 0);
    let asked = olga.get(sent.location()).await.text;
    let (next, kept) = (hidden(&asked, "next"), hidden(&asked, "kept"));
    let right = [("password", "correct horse"), ("next", next.as_str()), ("kept", kept.as_str())];
    let back = olga.submit("/admin/confirm", "admin-confirm", &right).await.text;
    assert!(back.contains("Nothing is done yet") && back.contains("<details open"), "{back}");
    let done = olga.submit(&page, "admin-move-order", &cancel).await.text;
    assert!(done.contains("The order is cancelled"), "{done}");
    assert_eq!(desk.site.shop.count("select count(*) from refunds").await, 1);
    desk.site.shop.clock.advance(Duration::minutes(16));
    let completed = set_status(&olga, &order, "completed").await;
    assert!(completed.status == StatusCode::CONFLICT, "nothing else asks: {}", completed.text);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn who_works_here_is_shown_once_the_password_was_given_again() {
    let desk = Desk::open().await;
    let (olga, bob) = (desk.olga().await, desk.site.visitor());
    bob.register("Bob").await;
    desk.site.shop.clock.advance(Duration::minutes(16));
    let page = olga.get("/admin/staff").await;
    assert_eq!((page.status, page.location()), (StatusCode::FOUND, "/admin/confirm?next=%2Fadmin%2Fstaff"));
    let form = [("password", "correct horse"), ("next", "/admin/staff"), ("kept", "")];
    assert!(olga.submit("/admin/confirm", "admin-confirm", &form).await.text.contains("Who works here"));
    // It leads nowhere else, opens nothing to others, and is no way around the limit on tries.
    let away = [("password", "correct horse"), ("next", "https://evil.example/"), ("kept", "x")];
    assert_eq!(olga.post("/admin/confirm", "admin-confirm", &away).await.location(), "/admin");
    assert_eq!(bob.call("admin-confirm", &form).await.status, StatusCode::NOT_FOUND);
    let wrong = [("password", "wrong horse"), ("next", "/admin/staff"), ("kept", "")];
    let mut last = StatusCode::OK;
    for _ in 0..30 {
        last = olga.call("admin-confirm", &wrong).await.status;
        if last == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    desk.site.shop.done().await;
}
