//! The way back to an order by mail, and what mail says of its total.

use shop::domain::{CartId, Email, OrderId, Promotion};
use shop::dto::{AddressForm, TrackForm};
use shop::usecase::{CartOwner, MailMessage, OrderRequest};
use time::Duration;

use crate::guests::{at_review, stocked};
use crate::harness::rules::{code, flat, percent, promotion, taxed, zone};
use crate::harness::{TestShop, address, refused};
use crate::pricing::mug;

async fn ordered(shop: &TestShop, email: &str) -> OrderId {
    let (guest, form) = at_review(shop, email).await;
    shop.shop.place_order(guest, form).await.unwrap()
}

async fn found(shop: &TestShop, number: &str, email: &str) -> Option<OrderId> {
    let form = TrackForm { number: number.into(), email: email.into() };
    let (number, email) = form.parse().unwrap();
    shop.shop.find_order(number, &email).await.unwrap()
}

async fn mails(shop: &TestShop, kind: &str) -> Vec<(String, MailMessage)> {
    let jobs = shop.shop.take_mail(50).await.unwrap();
    let of_kind = jobs.into_iter().filter(|job| job.message.kind == kind);
    of_kind.map(|job| (job.to.as_str().to_owned(), job.message)).collect()
}

#[tokio::test]
async fn an_order_is_found_by_number_and_address_of_mail_together() {
    let shop = stocked().await;
    let id = ordered(&shop, "Guest@example.org").await;
    let other = ordered(&shop, "other@example.org").await;
    let number: i64 = shop.scalar("select number from orders where id = $1::uuid", &id.to_string()).await;
    let number = number.to_string();
    assert_eq!(found(&shop, &format!(" #{number} "), "gUEST@example.org ").await, Some(id));
    assert_eq!(found(&shop, &number, "other@example.org").await, None);
    assert_eq!(found(&shop, "999999", "guest@example.org").await, None);
    assert_ne!(other, id);
    let refusal = TrackForm { number: "ten".into(), email: "a@b.example\r\nBcc: eve@evil.example".into() };
    let refusal = refusal.parse().unwrap_err();
    assert!(refusal.problem_of("number").is_some() && refusal.problem_of("email").is_some(), "{refusal:?}");
    shop.done().await;
}

#[tokio::test]
async fn the_link_goes_to_the_orders_own_address_once_in_ten_minutes() {
    let shop = stocked().await;
    let id = ordered(&shop, "guest@example.org").await;
    for _ in 0..3 {
        shop.shop.mail_order_link(id).await.unwrap();
    }
    let sent = mails(&shop, "order_link").await;
    let [(to, mail)] = sent.as_slice() else { panic!("{sent:?}") };
    let token = shop.shop.order_token(id).unwrap();
    assert_eq!(to, "guest@example.org");
    assert!(
        mail.text.contains(&format!("http://127.0.0.1:3000/orders/{id}?token={}", token.as_str())),
        "{}",
        mail.text
    );
    shop.clock.advance(Duration::minutes(10));
    shop.shop.mail_order_link(id).await.unwrap();
    shop.shop.mail_order_link(OrderId(uuid::Uuid::nil())).await.unwrap();
    assert_eq!(mails(&shop, "order_link").await.len(), 1, "another, and none for what is not there");
    shop.done().await;
}

#[tokio::test]
async fn who_has_an_account_is_mailed_the_plain_link() {
    let shop = stocked().await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    shop.shop.mail_order_link(id).await.unwrap();
    shop.deliver().await;
    let texts: Vec<String> = shop.shop.take_mail(50).await.unwrap().into_iter().map(|job| job.message.text).collect();
    let of_order: Vec<_> = texts.iter().filter(|text| text.contains("/orders/")).collect();
    assert_eq!(of_order.iter().filter(|text| text.contains(&format!("/orders/{id}\n"))).count(), 2, "{texts:?}");
    assert!(of_order.iter().all(|text| !text.contains("token=")), "{texts:?}");
    shop.done().await;
}

#[tokio::test]
async fn mail_shows_the_parts_of_the_total_in_the_words_of_the_page() {
    let shop = stocked().await;
    shop.ship_by(vec![zone("Britain", &["GB"], vec![flat("Royal Mail", "5.00")])]).await;
    shop.tax_by(taxed(&[("GB", "20")])).await;
    shop.promote(Promotion { code: Some(code("TEN")), ..promotion("Ten off", percent("10")) }).await;
    let request = OrderRequest {
        email: Some(Email::parse("guest@example.org").unwrap()),
        address: Some(address().parse().unwrap()),
        ..mug(&shop, "TEN").await
    };
    let cart: CartId = shop.shop.begin_guest_cart().await.unwrap();
    shop.shop.request_order(CartOwner::Guest(Some(cart)), request).await.unwrap();
    shop.deliver().await;
    let sent = mails(&shop, "order_received").await;
    let text = &sent[0].1.text;
    let parts = "  Subtotal: $24.00\n  Ten off (TEN): − $2.40\n  Shipping (Royal Mail): $5.00\n  Total: $26.60\n  VAT 20 %, included: $4.43\n";
    assert!(text.contains(parts), "{text}");
    assert!(text.contains("1 × Product MUG: $24.00\n\n"), "{text}");
    assert!(text.contains("How, and a form: http://127.0.0.1:3000/pages/withdrawal"), "{text}");
    let unknown = OrderRequest { email: None, ..mug(&shop, "TEN").await };
    refused(shop.shop.request_order(CartOwner::Guest(Some(cart)), unknown).await);
    shop.done().await;
}

#[tokio::test]
async fn mail_names_the_withdrawal_form_wherever_the_button_had_the_words_of_the_law() {
    let shop = stocked().await;
    let austin = || AddressForm {
        line1: "1 Main Street".into(),
        city: "Austin".into(),
        region: "TX".into(),
        postal_code: "78701".into(),
        country: "US".into(),
        ..address()
    };
    shop.ship_by(vec![zone("Everywhere", &[], vec![flat("Post", "5.00")])]).await;
    for (place, (sent_to, billed, told)) in
        [(address(), None, true), (austin(), None, false), (austin(), Some(address()), true)].into_iter().enumerate()
    {
        let cart: CartId = shop.shop.begin_guest_cart().await.unwrap();
        let request = OrderRequest {
            email: Some(Email::parse("guest@example.org").unwrap()),
            address: Some(sent_to.parse().unwrap()),
            billing: billed.map(|form| form.parse().unwrap()),
            ..mug(&shop, "").await
        };
        shop.shop.request_order(CartOwner::Guest(Some(cart)), request).await.unwrap();
        shop.deliver().await;
        let (_, mail) = mails(&shop, "order_received").await.remove(0);
        assert_eq!(mail.text.contains("/pages/withdrawal"), told, "{place}: {}", mail.text);
    }
    shop.done().await;
}
