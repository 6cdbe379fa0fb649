//! "Order again" as a form: what is in the cart, and what is said of the rest.

use http::StatusCode;
use shop::domain::OrderId;
use shop::usecase::SandboxOutcome::Approve;

use crate::visitor::{Answer, Site, Visitor, hidden};

/// A site where Ada has paid for two mugs and three cups, and somebody for the last of the cups.
async fn after_an_order() -> (Site, OrderId) {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "9.50", 3)]).await;
    let ada = site.shop.customer("Ada").await;
    let id = site.shop.place_reserved(ada, &[("MUG", "2"), ("CUP", "3")]).await;
    site.shop.shop.pay_order(ada, id, Approve).await.unwrap();
    (site, id)
}

async fn order_again(visitor: &Visitor<'_>, page: &str, fields: &[(&str, &str)]) -> Answer {
    let answer = visitor.post(page, "order-again", fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/cart"), "{}", answer.text);
    visitor.get("/cart").await
}

#[tokio::test]
async fn the_cart_says_what_of_the_order_is_in_it_and_what_is_not_once() {
    let (site, id) = after_an_order().await;
    let ada = site.visitor();
    ada.sign_in("ada@example.org").await;
    let path = format!("/orders/{id}");
    for page in [&path, "/orders"] {
        let page = ada.get(page).await;
        assert!(page.text.contains("Order again") && page.text.contains("/do/order-again"), "{}", page.text);
        assert_eq!(hidden(&page.text, "order_id"), id.to_string());
    }
    let fields = [("order_id", id.to_string())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    for _ in 0..2 {
        let cart = order_again(&ada, &path, &fields).await;
        assert!(cart.text.contains("What can still be had of that order is in your cart"), "{}", cart.text);
        assert!(cart.text.contains("Product CUP: Sold out.") && cart.text.contains("$48.00"), "{}", cart.text);
    }
    assert!(!ada.get("/cart").await.text.contains("Sold out."), "it is said once");
    site.shop.done().await;
}

#[tokio::test]
async fn a_guest_orders_again_by_the_link_of_their_mail() {
    let (site, _) = after_an_order().await;
    let cart = site.shop.shop.begin_guest_cart().await.unwrap();
    let guest = shop::usecase::CartOwner::Guest(Some(cart));
    let mug = site.shop.variant("MUG").await;
    site.shop.shop.add_to_cart(guest, mug, crate::harness::quantity("1")).await.unwrap();
    let form = shop::dto::CheckoutForm {
        email: "guest@example.org".into(),
        shipping: crate::harness::address(),
        ..shop::dto::CheckoutForm::default()
    };
    site.shop.shop.save_address(guest, form).await.unwrap();
    let reviewed = site.shop.shop.checkout(guest).await.unwrap().reviewed;
    let placed = shop::usecase::PlaceOrder { key: site.shop.shop.new_key(), reviewed };
    let id = site.shop.shop.place_order(guest, placed).await.unwrap();
    site.shop.deliver().await;
    let token = site.shop.shop.order_token(id).unwrap().as_str().to_owned();
    let path = format!("/orders/{id}");
    let elsewhere = site.visitor();
    assert!(
        !elsewhere.open_order(&format!("{path}?token={token}")).await.text.contains("Order again"),
        "it is not done with yet"
    );
    site.shop.shop.cancel_order(guest, id).await.unwrap();
    let page = elsewhere.get(&path).await;
    assert!(page.text.contains("Order again") && hidden(&page.text, "token") == token, "{}", page.text);
    let id = id.to_string();
    let cart = order_again(&elsewhere, &path, &[("order_id", &id), ("token", &token)]).await;
    assert!(cart.text.contains("Everything from that order is in your cart"), "{}", cart.text);
    assert!(elsewhere.cookie("session").is_some() && cart.text.contains("$24.00"));
    // Without the token there is no such order.
    let stranger = site.visitor();
    let refused = stranger.post(&format!("/orders/{id}"), "order-again", &[("order_id", &id)]).await;
    assert!(refused.location().starts_with("/login?next="), "{}", refused.location());
    site.shop.done().await;
}
