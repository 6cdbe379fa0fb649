//! What a guest ordered becomes a customer's, and only what somebody has proven to be theirs.

use futures::future::join_all;
use shop::domain::{Customer, Email, OrderId, OrderStatus, Problem, Promotion, PromotionRefusal, Refusal, Step};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartMerge, CartOwner, OrderAccess, OrderRequest, PlaceOrder};

use crate::guests::{at_review, form, stocked, with};
use crate::harness::rules::{STAFF, code, percent, promotion};
use crate::harness::{Everything, TestShop, quantity, refused};
use crate::pricing::{mug, why};

const PASSWORD: &str = "correct horse";

/// A guest's order, and who they are.
async fn ordered(shop: &TestShop, email: &str) -> (CartOwner, OrderId) {
    let (guest, form) = at_review(shop, email).await;
    let id = shop.shop.place_order(guest, form).await.unwrap();
    shop.deliver().await;
    (guest, id)
}

async fn sign_in(shop: &TestShop, customer: Customer, guest: CartOwner) {
    let CartOwner::Guest(Some(cart)) = guest else { panic!("{guest:?} has no cart") };
    shop.shop.merge_guest_cart(customer, cart, CartMerge::Both).await.unwrap();
}

fn by_token(shop: &TestShop, owner: CartOwner, id: OrderId) -> OrderAccess {
    with(owner, Some(shop.shop.order_token(id).unwrap()))
}

async fn history(shop: &TestShop, customer: Customer) -> Vec<OrderId> {
    shop.shop.orders(customer, 1).await.unwrap().orders.into_iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn what_was_ordered_in_the_session_comes_along_at_the_sign_in_and_nothing_else() {
    let shop = stocked().await;
    let ada = shop.customer("Ada").await;
    let (guest, first) = ordered(&shop, "ada@example.org").await;
    // Another order of the same cart, to another address of mail; and somebody else's that merely names hers.
    let variant = shop.variant("MUG").await;
    shop.shop.add_to_cart(guest, variant, quantity("1")).await.unwrap();
    shop.shop.save_address(guest, form("work@example.org")).await.unwrap();
    let reviewed = shop.shop.checkout(guest).await.unwrap().reviewed;
    let again = PlaceOrder { key: shop.shop.new_key(), reviewed };
    let second = shop.shop.place_order(guest, again).await.unwrap();
    let (elsewhere, others) = ordered(&shop, "ada@example.org").await;
    shop.shop.add_to_cart(guest, variant, quantity("3")).await.unwrap();
    sign_in(&shop, ada, guest).await;
    assert_eq!(history(&shop, ada).await, [first], "what was ordered with another address may be another's");
    assert!(shop.shop.order(by_token(&shop, CartOwner::Guest(None), second), second).await.unwrap().by_guest);
    assert_eq!(shop.shop.cart(ada.into()).await.unwrap().count, 3, "and the cart");
    assert!(!shop.order(ada, first).await.by_guest);
    assert_eq!(refused(shop.shop.order(guest, first).await), Refusal::NotFound, "the old session knows it no more");
    assert_eq!(shop.shop.order(by_token(&shop, guest, first), first).await.unwrap().id, first, "links in mail hold");
    assert_eq!(shop.shop.order(elsewhere, others).await.unwrap().id, others);
    assert_eq!(refused(shop.shop.order(ada, others).await), Refusal::NotFound);
    shop.deliver().await;
    shop.shop.pay_order(ada, first, Approve).await.unwrap();
    shop.deliver().await;
    let paid: String = shop.scalar("select body from email_messages where kind = $1", "payment_received").await;
    assert!(paid.contains(&format!("/orders/{first}?token=")), "whoever ordered keeps their way: {paid}");
    shop.done().await;
}

#[tokio::test]
async fn orders_of_a_cart_that_was_forgotten_come_along_as_well() {
    let shop = stocked().await;
    let ada = shop.customer("Ada").await;
    let (guest, id) = ordered(&shop, "ada@example.org").await;
    shop.execute("delete from carts where user_id is null").await;
    sign_in(&shop, ada, guest).await;
    assert_eq!(history(&shop, ada).await, [id]);
    let bob = shop.customer("Bob").await;
    sign_in(&shop, bob, guest).await;
    assert_eq!(history(&shop, bob).await, [], "what is somebody's stays theirs");
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_sign_in_with_one_session_at_once_whose_address_it_has_has_the_order() {
    let shop = stocked().await;
    let (guest, id) = ordered(&shop, "person.5@example.org").await;
    let people = join_all((0..8).map(|n| {
        let shop = &shop;
        async move { shop.customer(&format!("Person {n}")).await }
    }));
    let people = people.await;
    join_all(people.iter().map(|customer| sign_in(&shop, *customer, guest))).await;
    for (n, customer) in people.into_iter().enumerate() {
        let theirs: &[OrderId] = if n == 5 { &[id] } else { &[] };
        assert_eq!(history(&shop, customer).await, theirs, "person {n}");
    }
    shop.done().await;
}

#[tokio::test]
async fn what_a_guest_used_of_a_promotion_counts_for_the_customer() {
    let shop = stocked().await;
    let once =
        Promotion { code: Some(code("ONCE")), limit_per_customer: Some(1), ..promotion("Half off", percent("50")) };
    let promotion = shop.promote(once).await;
    let ada = shop.customer("Ada").await;
    let mut tried = Vec::new();
    for _ in 0..2 {
        let cart = shop.shop.begin_guest_cart().await.unwrap();
        let guest = CartOwner::Guest(Some(cart));
        let email = Some(Email::parse("ada@example.org").unwrap());
        let request = OrderRequest { email, ..mug(&shop, "ONCE").await };
        tried.push((guest, shop.shop.request_order(guest, request).await));
    }
    let (_, second) = tried.pop().unwrap();
    assert_eq!(why(refused(second), "coupon"), PromotionRefusal::UsedByYou);
    let (guest, first) = tried.pop().unwrap();
    let id = first.unwrap();
    sign_in(&shop, ada, guest).await;
    let told = refused(shop.shop.request_order(ada, mug(&shop, "ONCE").await).await);
    assert_eq!(why(told, "coupon"), PromotionRefusal::UsedByYou, "it came along");
    assert_eq!(shop.uses(promotion).await, 1, "and was not counted anew");
    let cart = shop.shop.begin_guest_cart().await.unwrap();
    let request = OrderRequest { email: Some(Email::parse("ada@example.org").unwrap()), ..mug(&shop, "ONCE").await };
    let told = refused(shop.shop.request_order(CartOwner::Guest(Some(cart)), request).await);
    assert_eq!(why(told, "coupon"), PromotionRefusal::UsedByYou, "signing out again gives nothing back");
    shop.deliver().await;
    shop.shop.cancel_order(ada, id).await.unwrap();
    assert_eq!(shop.uses(promotion).await, 0);
    shop.shop.request_order(ada, mug(&shop, "ONCE").await).await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn an_account_is_opened_with_what_the_order_says_and_takes_it_along() {
    let shop = stocked().await;
    let (guest, id) = ordered(&shop, "Guest@example.org").await;
    let (_, other) = ordered(&shop, "guest@example.org").await;
    let short = refused(shop.shop.open_account(guest, id, "short").await);
    assert_eq!(short.problem_of("password"), Some(&Problem::TooShort { min: 8 }));
    let nobody = CartOwner::Guest(None);
    for stranger in [with(nobody, None), by_token(&shop, nobody, other)] {
        assert_eq!(refused(shop.shop.open_account(stranger, id, PASSWORD).await), Refusal::NotFound);
    }
    let user = shop.shop.open_account(by_token(&shop, nobody, id), id, PASSWORD).await.unwrap();
    assert_eq!((user.name.as_str(), user.email.as_str()), ("Ada Lovelace", "Guest@example.org"));
    assert_eq!(shop.sign_in("guest@example.org", PASSWORD).await.unwrap().id, user.id);
    assert_eq!(history(&shop, user.customer()).await, [id], "not the other, which merely names the address");
    assert_eq!(refused(shop.shop.open_account(guest, id, PASSWORD).await), Refusal::NotFound);
    let again = by_token(&shop, nobody, id);
    assert_eq!(refused(shop.shop.open_account(again, id, PASSWORD).await), Refusal::EmailTaken);
    shop.deliver().await;
    assert_eq!(shop.count("select count(*) from email_messages where kind = 'welcome'").await, 1);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_clicks_at_once_one_opens_the_account() {
    let shop = stocked().await;
    let (guest, id) = ordered(&shop, "guest@example.org").await;
    let clicks = join_all((0..6).map(|_| shop.shop.open_account(guest, id, PASSWORD))).await;
    let (opened, told): (Vec<_>, Vec<_>) = clicks.into_iter().partition(Result::is_ok);
    assert_eq!((opened.len(), told.len()), (1, 5));
    for answer in told {
        assert!(matches!(refused(answer), Refusal::EmailTaken | Refusal::NotFound));
    }
    assert_eq!(shop.count("select count(*) from users").await, 1);
    shop.done().await;
}

/// Whoever has a link that was passed on does not come into an account by it, nor does the order.
#[tokio::test]
async fn an_address_with_an_account_is_told_to_sign_in_and_nothing_changes() {
    let shop = stocked().await;
    let ada = shop.customer("Ada").await;
    let (guest, id) = ordered(&shop, "ADA@example.org").await;
    let forwarded = by_token(&shop, CartOwner::Guest(None), id);
    assert_eq!(refused(shop.shop.open_account(forwarded, id, "another password").await), Refusal::EmailTaken);
    shop.sign_in("ada@example.org", PASSWORD).await.unwrap();
    assert!(shop.shop.order(guest, id).await.unwrap().by_guest);
    assert_eq!(history(&shop, ada).await, []);
    shop.done().await;
}

#[tokio::test]
async fn the_token_adds_an_order_to_the_account_with_its_address_and_to_no_other() {
    let shop = stocked().await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let (_, id) = ordered(&shop, "Ada@Example.org").await;
    let take = async |customer: Customer, access: OrderAccess| shop.shop.take_order_along(customer, access, id).await;
    assert_eq!(refused(take(bob, by_token(&shop, bob.into(), id)).await), Refusal::NotFound, "a link passed on");
    assert_eq!(refused(take(ada, ada.into()).await), Refusal::NotFound, "the address alone proves nothing");
    take(ada, by_token(&shop, ada.into(), id)).await.unwrap();
    assert_eq!(history(&shop, ada).await, [id]);
    assert_eq!(take(ada, by_token(&shop, ada.into(), id)).await.unwrap(), id, "clicked twice");
    assert_eq!(refused(take(bob, by_token(&shop, bob.into(), id)).await), Refusal::NotFound);
    shop.done().await;
}

/// It stands in the next checkout of the same session, beside the address, and nobody else is shown either.
#[tokio::test]
async fn a_guests_address_of_mail_is_kept_for_their_next_order_and_for_nobody_else() {
    let shop = stocked().await;
    let (guest, _) = ordered(&shop, "guest@example.org").await;
    let next = shop.shop.checkout(guest).await.unwrap();
    assert_eq!(next.email.as_deref(), Some("guest@example.org"));
    assert_eq!(next.address.map(|a| a.line1).as_deref(), Some("12 St James's Square"));
    let other = shop.shop.begin_guest_cart().await.unwrap();
    let other = shop.shop.checkout(CartOwner::Guest(Some(other))).await.unwrap();
    assert_eq!((other.email, other.address), (None, None));
    let ada = shop.customer("Ada").await;
    sign_in(&shop, ada, guest).await;
    let hers = shop.shop.checkout(ada).await.unwrap();
    assert_eq!(hers.email.as_deref(), Some("ada@example.org"));
    assert_eq!(shop.shop.checkout(guest).await.unwrap().email, None, "it went with the guest's cart");
    shop.done().await;
}

#[tokio::test]
async fn guests_cancel_by_session_and_by_token_until_it_is_sent() {
    let shop = stocked().await;
    let nobody = CartOwner::Guest(None);
    let (guest, by_session) = ordered(&shop, "guest@example.org").await;
    shop.shop.cancel_order(guest, by_session).await.unwrap();
    let (guest, paid) = ordered(&shop, "guest@example.org").await;
    shop.shop.pay_order(guest, paid, Approve).await.unwrap();
    shop.shop.cancel_order(by_token(&shop, nobody, paid), paid).await.unwrap();
    let (guest, sent) = ordered(&shop, "guest@example.org").await;
    shop.shop.pay_order(guest, sent, Approve).await.unwrap();
    shop.deliver().await;
    shop.shop.set_order_status(STAFF.may(), sent, OrderStatus::Shipped).await.unwrap();
    let told = Refusal::IllegalStep { from: OrderStatus::Shipped, step: Step::Cancel };
    for access in [guest.into(), by_token(&shop, nobody, sent)] {
        assert_eq!(refused(shop.shop.cancel_order(access, sent).await), told);
    }
    shop.done().await;
}
