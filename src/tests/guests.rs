//! Guests order, and nobody else sees it.

use futures::future::join_all;
use shop::domain::{CartId, OrderStatus, Problem, Refusal};
use shop::dto::{CheckoutForm, PlacedOrder};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, OrderAccess, OrderRequest, OrderToken, PlaceOrder};

use crate::harness::{TestShop, address, quantity, refused};

pub async fn stocked() -> TestShop {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 30)]).await;
    shop
}

pub fn form(email: &str) -> CheckoutForm {
    CheckoutForm { email: email.into(), shipping: address(), ..CheckoutForm::default() }
}

/// A guest with a mug, who has said where it goes.
pub async fn at_review(shop: &TestShop, email: &str) -> (CartOwner, PlaceOrder) {
    let mug = shop.variant("MUG").await;
    let cart = shop.shop.add_to_cart(CartOwner::Guest(None), mug, quantity("1")).await.unwrap();
    let guest = CartOwner::Guest(cart.id);
    shop.shop.save_address(guest, form(email)).await.unwrap();
    let reviewed = shop.shop.checkout(guest).await.unwrap().reviewed;
    (guest, PlaceOrder { key: shop.shop.new_key(), reviewed })
}

pub const fn with(owner: CartOwner, token: Option<OrderToken>) -> OrderAccess {
    OrderAccess { owner, token }
}

#[tokio::test]
async fn a_guest_buys_and_the_mail_brings_them_back() {
    let shop = stocked().await;
    let (guest, form) = at_review(&shop, "guest@example.org").await;
    let id = shop.shop.place_order(guest, form).await.unwrap();
    shop.deliver().await;
    shop.shop.pay_order(guest, id, Approve).await.unwrap();
    let order = shop.shop.order(guest, id).await.unwrap();
    assert_eq!((order.email.as_str(), order.status, order.by_guest), ("guest@example.org", OrderStatus::Paid, true));
    assert!(shop.shop.cart(guest).await.unwrap().is_empty());
    let token = shop.shop.order_token(id).unwrap();
    let link = format!("http://127.0.0.1:3000/orders/{id}?token={}", token.as_str());
    let has_link = "select bool_and(body like '%' || $1 || '%') from email_messages";
    assert!(shop.scalar::<bool>(has_link, &link).await, "every mail has {link}");
    let anywhere = with(CartOwner::Guest(None), Some(token));
    shop.shop.cancel_order(anywhere.clone(), id).await.unwrap();
    assert_eq!(shop.shop.order(anywhere, id).await.unwrap().status, OrderStatus::Cancelled);
    shop.deliver().await;
    shop.shop.carry_out_refunds().await.unwrap();
    shop.deliver().await;
    let kinds = "select count(distinct kind) from email_messages
        where kind in ('order_received', 'payment_received', 'order_cancelled', 'refunded')";
    assert_eq!(shop.count(kinds).await, 4);
    assert!(shop.scalar::<bool>(has_link, &link).await, "every mail has {link}, to its end");
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_of_a_guest_sent_twenty_times_at_once_makes_one_order() {
    let shop = stocked().await;
    let (guest, form) = at_review(&shop, "guest@example.org").await;
    let placed = join_all((0..20).map(|_| shop.shop.place_order(guest, form.clone()))).await;
    let first = *placed[0].as_ref().unwrap();
    assert!(placed.iter().all(|id| id.as_ref().is_ok_and(|id| *id == first)), "{placed:?}");
    assert_eq!(shop.count("select count(*) from orders").await, 1);
    let (other, theirs) = at_review(&shop, "other@example.org").await;
    let same_key = PlaceOrder { key: form.key, ..theirs };
    assert_ne!(shop.shop.place_order(other, same_key).await.unwrap(), first, "a key belongs to whoever used it");
    shop.done().await;
}

/// An order costs nothing until it is paid, and its letters go to whatever address somebody gives.
#[tokio::test]
async fn nobody_has_a_link_mailed_to_others_by_ordering_with_their_address() {
    let shop = stocked().await;
    let mug = shop.variant("MUG").await;
    let cart = shop.shop.add_to_cart(CartOwner::Guest(None), mug, quantity("1")).await.unwrap();
    let guest = CartOwner::Guest(cart.id);
    let mut typed = form("victim@example.org");
    typed.shipping.name = "Win at https://evil.example/now".into();
    typed.shipping.company = "www.evil.example".into();
    typed.shipping.line1 = "1 Prize Street, evil.example/win".into();
    shop.shop.save_address(guest, typed).await.unwrap();
    let reviewed = shop.shop.checkout(guest).await.unwrap().reviewed;
    let id = shop.shop.place_order(guest, PlaceOrder { key: shop.shop.new_key(), reviewed }).await.unwrap();
    shop.deliver().await;
    shop.shop.mail_order_link(id).await.unwrap();
    shop.shop.cancel_order(guest, id).await.unwrap();
    shop.deliver().await;
    let said = "select subject || ' ' || body || ' ' || coalesce(content::text, '') from email_messages";
    let letters: Vec<String> = sqlx::query_scalar(said).fetch_all(shop.shop.store().pool()).await.unwrap();
    assert!(letters.len() >= 3, "received, its link, cancelled: {letters:?}");
    for letter in &letters {
        assert!(!letter.contains("evil.example") && !letter.contains("://evil"), "{letter}");
    }
    assert!(letters.iter().any(|letter| letter.contains("1 Prize Street, evil. example/win")), "{letters:?}");
    shop.done().await;
}

#[tokio::test]
async fn whoever_comes_back_to_the_checkout_hears_of_what_they_have_just_ordered() {
    let shop = stocked().await;
    let told = async |owner: CartOwner| shop.shop.checkout(owner).await.unwrap().placed;
    let (guest, form) = at_review(&shop, "guest@example.org").await;
    assert_eq!(told(guest).await, None, "nothing is placed");
    let id = shop.shop.place_order(guest, form).await.unwrap();
    let number = shop.shop.order(guest, id).await.unwrap().number;
    assert_eq!(told(guest).await, Some(PlacedOrder { id, number }));
    let ada = shop.customer("Ada").await;
    let hers = shop.place(ada, &[("MUG", "1")]).await;
    assert_eq!(told(ada.into()).await.map(|placed| placed.id), Some(hers));
    // To nobody else, whatever address they gave.
    let (other, _) = at_review(&shop, "guest@example.org").await;
    shop.shop.clear_cart(other).await.unwrap();
    let bob = shop.customer("Bob").await;
    for stranger in [other, CartOwner::Guest(None), bob.into()] {
        assert_eq!(told(stranger).await, None, "{stranger:?}");
    }
    // Whoever buys more is about that, and a cancelled order is none.
    shop.add(ada, "MUG", "1").await.unwrap();
    assert_eq!(told(ada.into()).await, None);
    shop.shop.clear_cart(ada.into()).await.unwrap();
    shop.shop.cancel_order(ada, hers).await.unwrap();
    assert_eq!(told(ada.into()).await, None);
    shop.execute("update orders set created_at = created_at - interval '1 hour'").await;
    assert_eq!(told(guest).await, None, "that was a while ago");
    shop.deliver().await;
    shop.done().await;
}

#[tokio::test]
async fn nobody_else_comes_to_a_guests_order() {
    let shop = stocked().await;
    let (guest, form) = at_review(&shop, "guest@example.org").await;
    let id = shop.shop.place_order(guest, form).await.unwrap();
    let (other, form) = at_review(&shop, "other@example.org").await;
    let others = shop.shop.place_order(other, form).await.unwrap();
    let ada = shop.register("Ada").await.customer();
    shop.deliver().await;
    let right = shop.shop.order_token(id).unwrap();
    let mut garbled = right.as_str().to_owned();
    let last = if garbled.ends_with('0') { '1' } else { '0' };
    garbled.pop();
    garbled.push(last);
    let nobody = CartOwner::Guest(None);
    let strangers = [
        with(other, None),
        with(nobody, None),
        with(CartOwner::Guest(Some(CartId(id.0))), None),
        with(ada.into(), None),
        with(nobody, OrderToken::brought(&garbled)),
        with(nobody, OrderToken::brought("nonsense")),
        with(nobody, OrderToken::brought(&right.as_str().to_uppercase())),
        with(ada.into(), Some(shop.shop.order_token(others).unwrap())),
    ];
    for stranger in strangers {
        assert_eq!(refused(shop.shop.order(stranger.clone(), id).await), Refusal::NotFound, "{stranger:?}");
        assert_eq!(refused(shop.shop.pay_order(stranger.clone(), id, Approve).await), Refusal::NotFound);
        assert_eq!(refused(shop.shop.cancel_order(stranger, id).await), Refusal::NotFound);
    }
    let hers = shop.place(ada, &[("MUG", "1")]).await;
    assert_eq!(refused(shop.shop.order(guest, hers).await), Refusal::NotFound, "nor does a guest to a customer's");
    assert_eq!(shop.shop.order(with(ada.into(), Some(right)), id).await.unwrap().id, id);
    shop.done().await;
}

#[tokio::test]
async fn a_guest_says_where_mail_goes_and_what_they_reviewed_holds() {
    let shop = stocked().await;
    let mug = shop.variant("MUG").await;
    let cart = shop.shop.add_to_cart(CartOwner::Guest(None), mug, quantity("1")).await.unwrap();
    let guest = CartOwner::Guest(cart.id);
    for split in
        ["a@b.example\r\nBcc: eve@evil.example", "a\n@b.example", "a@b.example\0", "a@b.example,eve@evil.example"]
    {
        let told = refused(shop.shop.save_address(guest, form(split)).await);
        assert!(told.problem_of("email").is_some(), "{split:?}: {told:?}");
    }
    let mut wrong = form("nobody");
    wrong.shipping.line1.clear();
    let refusal = refused(shop.shop.save_address(guest, wrong).await);
    assert!(refusal.problem_of("email").is_some() && refusal.problem_of("line1") == Some(&Problem::Required));
    assert_eq!(refused(shop.shop.save_address(CartOwner::Guest(None), form("a@b.example")).await), Refusal::CartEmpty);
    let nameless = OrderRequest { key: "k".into(), ..OrderRequest::default() };
    let refusal = refused(shop.shop.request_order(guest, nameless).await);
    assert_eq!(refusal.problem_of("email"), Some(&Problem::Required));
    shop.shop.save_address(guest, form("guest@example.org")).await.unwrap();
    let reviewed = shop.shop.checkout(guest).await.unwrap().reviewed;
    shop.shop.save_address(guest, form("another@example.org")).await.unwrap();
    let stale = PlaceOrder { key: shop.shop.new_key(), reviewed };
    assert!(matches!(refused(shop.shop.place_order(guest, stale).await), Refusal::CartChanged { .. }));
    assert_eq!(shop.count("select count(*) from orders").await, 0);
    shop.done().await;
}
