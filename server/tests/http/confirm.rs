//! Staff show again who they are: once a day, and before money is given back, a customer's data go anywhere, or it is changed who
//! works here.

use axum::body::Body;
use http::{Request, StatusCode};
use shop::domain::OrderStatus;
use shop::dto::ReturnForm;
use time::Duration;

use crate::admin::Desk;
use crate::harness::Everything as _;
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
    assert_eq!(olga.call("admin-note-order", &form).await.status, StatusCode::UNAUTHORIZED);
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

/// Gives the password that a form was kept for, and answers the page that it is shown on again.
async fn confirm(visitor: &Visitor<'_>, asked: &str) -> String {
    assert!(asked.contains("Your password, please") && asked.contains("What you typed is kept"), "{asked}");
    let (next, kept) = (hidden(asked, "next"), hidden(asked, "kept"));
    let right = [("password", "correct horse"), ("next", next.as_str()), ("kept", kept.as_str())];
    let back = visitor.submit("/admin/confirm", "admin-confirm", &right).await.text;
    assert!(back.contains("Nothing is done yet"), "{back}");
    back
}

/// The part of a page from here to there.
fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let begins = page.find(from).unwrap_or_else(|| panic!("no {from}: {page}"));
    let rest = &page[begins..];
    &rest[..rest.find(to).unwrap_or_else(|| panic!("no {to} behind {from}: {page}"))]
}

#[tokio::test]
async fn a_role_that_was_chosen_is_still_chosen_when_the_password_was_given() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    desk.site.shop.register("Pia").await;
    desk.site.shop.execute("update users set role = 'staff', staff_role = 'packing' where name = 'Pia'").await;
    let pia: uuid::Uuid = desk.site.shop.scalar("select id from users where name = $1", "Pia").await;
    let pia = pia.to_string();
    desk.site.shop.clock.advance(Duration::minutes(16));
    let form = [("user_id", pia.as_str()), ("role", "support")];
    let asked = olga.submit("/admin/staff", "admin-change-role", &form).await.text;
    let back = confirm(&olga, &asked).await;
    let select = part(&back, &format!("<select id=\"role-{pia}\""), "</select>");
    assert!(select.contains("value=\"support\" selected"), "{select}");
    assert_eq!(back.matches("<details open").count(), 1, "hers alone: {back}");
    let done = olga.submit("/admin/staff", "admin-change-role", &form).await.text;
    assert!(done.contains("The role is changed") && !done.contains("<details open"), "{done}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_tick_that_was_taken_away_stays_so_when_the_password_was_given() {
    let desk = Desk::open().await;
    let (olga, page, order) = (desk.olga().await, desk.order_page(), desk.order.to_string());
    let live = &desk.site.shop.shop;
    live.set_order_status(desk.staff().await.may(), desk.order, OrderStatus::Shipped).await.unwrap();
    let back = ReturnForm { items: vec![(desk.site.shop.variant("CUP").await, 1)], reason: "Too small".into() };
    live.request_return(desk.ada, desk.order, &back, None).await.unwrap();
    let id = desk.site.shop.order(desk.ada, desk.order).await.returns[0].id;
    live.answer_return(desk.staff().await.may(), id, true, "").await.unwrap();
    let (id, ticks) = (id.to_string(), |page: &str| {
        let form = part(page, "action=\"/do/admin-receive-return\"", "</form>");
        ["restock", "refund"].map(|name| part(form, &format!("name=\"{name}\""), ">").contains("checked"))
    });
    assert_eq!(ticks(&olga.get(&page).await.text), [true, true]);
    desk.site.shop.clock.advance(Duration::minutes(16));
    let receive = [("order_id", order.as_str()), ("return_id", &id), ("refund", "on")];
    let asked = olga.submit(&page, "admin-receive-return", &receive).await.text;
    assert_eq!(ticks(&confirm(&olga, &asked).await), [false, true]);
    let received = olga.submit(&page, "admin-receive-return", &receive).await.text;
    assert!(received.contains("The return is received"), "{received}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_customers_data_are_handed_out_and_removed_once_the_password_was_given_again() {
    let desk = Desk::open().await;
    let (olga, id) = (desk.olga().await, desk.ada.0.to_string());
    let page = format!("/admin/customers/{id}");
    desk.site.shop.execute("update orders set status = 'completed'").await;
    desk.site.shop.clock.advance(Duration::minutes(16));
    let asks = format!("/admin/confirm?next={page}");
    let export = crate::customers::export(&olga, &page).await;
    assert_eq!((export.status, export.location()), (StatusCode::SEE_OTHER, asks.as_str()), "{}", export.text);
    for (table, from) in [("orders", "/admin/orders"), ("customers", "/admin/customers")] {
        let request = Request::post(format!("/admin/export/{table}.csv")).header("sec-fetch-site", "same-origin");
        let sent = olga.send(request, Body::empty()).await;
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, &*format!("/admin/confirm?next={from}")));
    }
    assert_eq!(olga.get(&page).await.status, StatusCode::OK, "to look at them is no more than before");
    let form = [("id", id.as_str()), ("email", "ada@example.org")];
    let asked = olga.submit(&page, "admin-anonymise-customer", &form).await.text;
    assert!(asked.contains("Your password, please") && asked.contains("What you typed is kept"), "{asked}");
    assert_eq!(desk.site.shop.count("select count(*) from users where email = 'ada@example.org'").await, 1);
    let (next, kept) = (hidden(&asked, "next"), hidden(&asked, "kept"));
    let right = [("password", "correct horse"), ("next", next.as_str()), ("kept", kept.as_str())];
    let back = olga.submit("/admin/confirm", "admin-confirm", &right).await.text;
    assert!(back.contains("Nothing is done yet") && back.contains("value=\"ada@example.org\""), "{back}");
    assert_eq!(crate::customers::export(&olga, &page).await.status, StatusCode::OK);
    let done = olga.submit(&page, "admin-anonymise-customer", &form).await.text;
    assert!(done.contains("The customer is anonymised"), "{done}");
    desk.site.shop.execute("update orders set status = 'paid'").await;
    desk.site.shop.done().await;
}

#[tokio::test]
async fn what_was_typed_while_a_day_of_work_ended_is_there_after_the_sign_in() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let (order, letter, id) = (desk.order_page(), format!("{}/message", desk.order_page()), desk.order.to_string());
    let key = hidden(&olga.get(&letter).await.text, "fields[key]");
    desk.site.shop.clock.advance(Duration::hours(12) + Duration::minutes(1));
    let text = "About the glaze. ".repeat(300);
    let form = [
        ("fields[order_id]", id.as_str()),
        ("fields[key]", key.as_str()),
        ("fields[subject]", "Your mugs"),
        ("fields[text]", text.as_str()),
    ];
    let sign_in = async |sent: Answer, next: &str| {
        assert!(sent.location().starts_with("/login?next="), "{}", sent.location());
        let asked = hidden(&olga.get(sent.location()).await.text, "next").replace("&amp;", "&");
        assert!(asked.starts_with(next), "{asked}");
        let form = [("email", "olga@example.org"), ("password", "correct horse"), ("next", asked.as_str())];
        olga.submit("/login", "login", &form).await.text
    };
    let shown = sign_in(olga.post(&letter, "admin-write-to-customer", &form).await, &format!("{letter}?kept=")).await;
    assert!(shown.contains("value=\"Your mugs\"") && shown.contains(text.trim()), "it is kept whole: {shown}");
    desk.site.shop.clock.advance(Duration::hours(12) + Duration::minutes(1));
    let note = [("order_id", id.as_str()), ("note", "Called twice")];
    let asked = sign_in(olga.post(&order, "admin-note-order", &note).await, "/admin/confirm?next=").await;
    assert!(asked.contains("What you typed is kept"), "{asked}");
    let (next, kept) = (hidden(&asked, "next"), hidden(&asked, "kept"));
    let with = [("password", "correct horse"), ("next", next.as_str()), ("kept", kept.as_str())];
    let back = olga.submit("/admin/confirm", "admin-confirm", &with).await.text;
    assert!(back.contains("Nothing is done yet") && back.contains("Called twice"), "{back}");
    desk.site.shop.done().await;
}
