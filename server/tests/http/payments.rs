//! Paying on the provider's page, without scripts, and what providers send: webhooks that are forged, old, unknown or too
//! large change nothing.

use axum::body::Body;
use http::header::{CONTENT_TYPE, HOST};
use http::{Request, StatusCode};
use shop::domain::PaymentId;
use shop::dto::PaymentForm;
use shop::infrastructure::payments::sign;
use shop::usecase::Clock as _;
use time::Duration;

use crate::forms::{ADDRESS, order_with, stocked};
use crate::harness::rules::STAFF;
use crate::harness::{Everything, settings, usd};
use crate::visitor::{Answer, Site, Visitor, encoded};

pub const SHOP: &str = "http://127.0.0.1:3000";

/// What the sandbox's page sends.
pub async fn answer(visitor: &Visitor<'_>, page: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Request::post(page)
        .header("sec-fetch-site", "same-origin")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    visitor.send(request, Body::from(encoded(fields))).await
}

/// Presses the button of the order's page: the provider's page.
pub async fn press_pay(visitor: &Visitor<'_>, order: &str) -> String {
    let id = order.trim_start_matches("/orders/");
    let led = visitor.post(order, "pay-order", &[("order_id", id)]).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER, "{}", led.text);
    led.location().strip_prefix(SHOP).unwrap_or_else(|| panic!("{}", led.location())).to_owned()
}

#[tokio::test]
async fn there_and_back_without_scripts() {
    let site = stocked().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let order = order_with(&ada, "2", &ADDRESS).await;
    let page = press_pay(&ada, &order).await;
    let shown = ada.get(&page).await;
    assert_eq!(shown.status, StatusCode::OK);
    for words in ["no money moves", "$48.00", "Approve", "Decline", "Go back to the shop without an answer"] {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }
    assert!(!shown.text.contains("<script"));
    let declined = answer(&ada, &page, &[("answer", "decline")]).await;
    assert_eq!(declined.status, StatusCode::SEE_OTHER);
    let back = ada.get(declined.location().strip_prefix(SHOP).unwrap()).await;
    assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, order.as_str()));
    assert!(ada.get(&order).await.text.contains("The last attempt did not go through. Nothing was charged."));

    let second = press_pay(&ada, &order).await;
    assert_ne!(second, page, "what was declined is over");
    let approved = answer(&ada, &second, &[("answer", "approve")]).await;
    let back = ada.get(approved.location().strip_prefix(SHOP).unwrap()).await;
    assert_eq!(back.location(), order);
    assert!(ada.get(&order).await.text.contains("Payment received"));
    let over = ada.get(&second).await.text;
    assert!(over.contains("This was answered already.") && over.contains(">Go back to the shop</a>"), "{over}");
    // A second click, from a tab that is still open.
    let again = ada.post(&order, "pay-order", &[("order_id", order.trim_start_matches("/orders/"))]).await;
    assert_eq!(again.location(), order);
    site.shop.done().await;
}

#[tokio::test]
async fn a_guest_comes_back_to_their_order_and_neither_the_provider_nor_a_table_has_its_token() {
    let site = stocked().await;
    let guest = site.visitor();
    let typed: Vec<_> = ADDRESS.into_iter().chain([("email", "guest@example.org")]).collect();
    let order = order_with(&guest, "1", &typed).await;
    let id = order.trim_start_matches("/orders/").to_owned();
    let token = site.shop.shop.order_token(id.parse().unwrap()).unwrap().as_str().to_owned();
    // By the link of a mail, in a browser that knows nothing of the order.
    let elsewhere = site.visitor();
    elsewhere.open_order(&format!("{order}?token={token}")).await;
    let led = elsewhere.post(&order, "pay-order", &[("order_id", &id), ("token", &token)]).await;
    let page = led.location().strip_prefix(SHOP).unwrap().to_owned();
    assert!(!page.contains(&token), "{page}");
    let kept = led.header("set-cookie");
    for part in ["order-link=", &format!("Path={order};"), "HttpOnly", "SameSite=Lax"] {
        assert!(kept.contains(part), "{part}: {kept}");
    }
    let approved = answer(&elsewhere, &page, &[("answer", "approve")]).await;
    let back = approved.location().strip_prefix(SHOP).unwrap().to_owned();
    assert_eq!(back, format!("{order}/return/{}", page.trim_start_matches("/sandbox/")));
    let tables = "select count(*) from sandbox_checkouts k full join payments p on p.id = k.payment_id
        where k.return_url like '%token%' or p.checkout_url like '%token%' or k.return_url like '%?%'";
    assert_eq!(site.shop.count(tables).await, 0);
    let led_back = elsewhere.get(&back).await;
    assert_eq!((led_back.status, led_back.location()), (StatusCode::SEE_OTHER, order.as_str()));
    assert_eq!(led_back.header("cache-control"), "no-store");
    assert!(elsewhere.get(led_back.location()).await.text.contains("Payment received"));
    // Who went there from a page of the release before.
    let former = site.visitor();
    let request = http::Request::get(&back).header("cookie", format!("payment-return={token}"));
    assert_eq!(former.send(request, axum::body::Body::empty()).await.location(), order);
    assert!(former.get(&order).await.text.contains("Payment received"));
    // Whoever has the address alone is led to an order that is not theirs.
    let stranger = site.visitor();
    let shown = stranger.get(stranger.get(&back).await.location()).await;
    assert!(shown.status != StatusCode::OK && !shown.text.contains("Payment received"), "{}", shown.status);
    // And the session that placed it needs no token.
    assert_eq!(guest.get(&back).await.location(), order);
    assert!(guest.get(&order).await.text.contains("Payment received"));
    site.shop.done().await;
}

#[tokio::test]
async fn an_order_is_paid_by_transfer_without_scripts() {
    let site = stocked().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let order = order_with(&ada, "1", &ADDRESS).await;
    assert!(!ada.get(&order).await.text.contains("bank transfer"), "it is off");
    site.shop.taking_transfers().await;
    let page = ada.get(&order).await.text;
    for words in
        ["By bank transfer or at pick-up", "keep your items for 7 days", "Pay by transfer or at pick-up", "Pay now"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("IBAN"));
    let id = order.trim_start_matches("/orders/").to_owned();
    let page = ada.submit(&order, "pay-by-hand", &[("order_id", &id)]).await.text;
    for words in
        ["We have sent you how to pay", "IBAN DE02 1203 0000 0000 2020 51", "Or in cash at the counter", "7 days left"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(page.contains("Pay now") && !page.contains("Pay by transfer or at pick-up"), "a card still will do");
    let form = PaymentForm { amount: usd("24.00"), reference: "transfer 1".into() };
    site.shop.shop.record_payment(STAFF.may(), id.parse().unwrap(), &form).await.unwrap();
    let page = ada.get(&order).await.text;
    assert!(page.contains("Payment received") && !page.contains("IBAN"), "{page}");
    let second = PaymentForm { reference: "transfer 2".into(), ..form };
    site.shop.shop.record_payment(STAFF.may(), id.parse().unwrap(), &second).await.unwrap();
    assert!(ada.get(&order).await.text.contains("A second payment of this order came in. It is given back."));
    site.shop.done().await;
}

#[tokio::test]
async fn what_is_no_answer_or_no_payment_is_told() {
    let site = stocked().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let order = order_with(&ada, "1", &ADDRESS).await;
    let page = press_pay(&ada, &order).await;
    for odd in [
        &[("answer", "free")][..],
        &[("answer", "approve"), ("times", "9")],
        &[("answer", "late"), ("after", "-1")],
        &[],
    ] {
        let answered = answer(&ada, &page, odd).await;
        assert_eq!(answered.status, StatusCode::UNPROCESSABLE_ENTITY, "{odd:?}");
    }
    for nobodys in ["/sandbox/nothing", "/sandbox/00000000-0000-4000-8000-000000000000"] {
        assert_eq!(ada.get(nobodys).await.status, StatusCode::NOT_FOUND);
        assert_eq!(answer(&ada, nobodys, &[("answer", "approve")]).await.status, StatusCode::NOT_FOUND);
    }
    let from_elsewhere = Request::post(&page)
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://evil.example")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    assert_eq!(ada.send(from_elsewhere, Body::from("answer=approve")).await.status, StatusCode::FORBIDDEN);
    let payment = page.trim_start_matches("/sandbox/");
    for odd in [
        format!("{order}/return/nothing"),
        format!("/orders/nothing/return/{payment}"),
        format!("/orders/00000000-0000-4000-8000-000000000000/return/{payment}"),
    ] {
        assert_eq!(ada.get(&odd).await.status, StatusCode::NOT_FOUND, "{odd}");
    }
    assert_eq!(site.shop.count("select count(*) from sandbox_charges").await, 0);
    site.shop.done().await;
}

async fn webhook(site: &Site, provider: &str, signature: Option<&str>, body: impl Into<Body>) -> Answer {
    let mut request = Request::post(format!("/webhooks/{provider}")).header(HOST, "shop.example");
    if let Some(signature) = signature {
        request = request.header("sandbox-signature", signature);
    }
    site.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn webhooks_are_taken_once_and_only_from_the_provider() {
    let site = stocked().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let order = order_with(&ada, "1", &ADDRESS).await;
    let payment: PaymentId = press_pay(&ada, &order).await.trim_start_matches("/sandbox/").parse().unwrap();
    let secret = settings().secret_key.derived("webhooks of the sandbox").unwrap();
    let body = format!(
        r#"{{"id":"evt_1","kind":"approved","payment":"{payment}","amount":{{"amount":"24.00","currency":"USD"}}}}"#
    );
    let now = site.shop.clock.now();
    let signature = sign(&secret, now, &body);
    let old = sign(&secret, now - Duration::minutes(6), &body);
    let forged = sign(b"another secret", now, &body);
    for (signature, words) in [
        (None, "it is not signed"),
        (Some("t=now"), "it is not signed"),
        (Some(forged.as_str()), "its signature is not this provider's"),
        (Some(old.as_str()), "it was signed more than five minutes ago"),
    ] {
        let refused = webhook(&site, "sandbox", signature, body.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text.contains(words), "{}", refused.text);
    }
    assert_eq!(webhook(&site, "stripe", Some(&signature), body.clone()).await.status, StatusCode::NOT_FOUND);
    assert_eq!(webhook(&site, "sandbox", Some(&signature), vec![0xff, 0xfe]).await.status, StatusCode::BAD_REQUEST);
    let large = "x".repeat(65 * 1024);
    let refused = webhook(&site, "sandbox", Some(&sign(&secret, now, &large)), large).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    let odd = r#"{"id":1}"#;
    assert_eq!(webhook(&site, "sandbox", Some(&sign(&secret, now, odd)), odd).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(ada.get("/webhooks/sandbox").await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(site.shop.count("select count(*) from payment_webhooks").await, 0);

    for _ in 0..3 {
        assert_eq!(webhook(&site, "sandbox", Some(&signature), body.clone()).await.status, StatusCode::OK);
    }
    assert_eq!(site.shop.count("select count(*) from payment_webhooks").await, 1);
    assert!(ada.get(&order).await.text.contains("Pay now"), "it is handled afterwards");
    assert_eq!(site.shop.shop.handle_webhooks(10).await.unwrap(), 1);
    assert!(ada.get(&order).await.text.contains("Payment received"));
    let lost = site.without_database().await;
    let request = Request::post("/webhooks/sandbox").header("sandbox-signature", &signature);
    let unstored = crate::common::ask(&lost, request.body(body.into()).unwrap()).await;
    assert_eq!(unstored.status, StatusCode::SERVICE_UNAVAILABLE, "it comes again");
    site.shop.done().await;
}
