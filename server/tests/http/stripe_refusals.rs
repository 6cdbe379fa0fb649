//! What Stripe does not take, and sessions it knows nothing of: whoever pays hears it in words, and no order waits for ever.

use std::sync::Arc;

use http::StatusCode;
use shop::domain::{CancelReason, OrderId, OrderStatus, PaymentState, Refusal};
use shop::infrastructure::LiveShop;
use shop::usecase::Clock as _;
use time::Duration;

use crate::forms::{ADDRESS, order_with};
use crate::harness::refused;
use crate::stripe::StripeShop;
use crate::visitor::Site;

const STARTED: &str = "select count(*) from payments where state = 'started'";
const ALL: &str = "select count(*) from payments";

/// Nobody can pay any more: the attempt ends, the order is given up, and its items go back.
async fn is_given_up(site: &StripeShop, process: &LiveShop, id: OrderId, stock: i32) {
    site.shop.clock.advance(Duration::minutes(16));
    process.reconcile_payments(10).await.unwrap();
    assert_eq!(site.shop.count(STARTED).await, 0, "nothing holds the order");
    assert_eq!(process.expire_orders(10).await.unwrap(), 1);
    site.shop.deliver().await;
    let order = process.order(site.ada, id).await.unwrap();
    assert_eq!((order.status, order.cancel_reason), (OrderStatus::Cancelled, Some(CancelReason::Expired)));
    assert_eq!(site.shop.stock("MUG").await, stock);
}

#[tokio::test]
async fn what_stripe_does_not_count_is_refused_in_words_and_its_items_go_back() {
    let site = StripeShop::open_in("KWD".parse().unwrap(), "2.405").await;
    let id = site.placed().await;
    let refusal = refused(site.process.begin_payment(site.ada, id).await);
    assert_eq!(refusal, Refusal::NotTakenOnline { by_hand: false });
    assert_eq!((site.shop.count(ALL).await, site.relay.count()), (0, 0), "decided before anything is written down");
    site.shop.taking_transfers().await;
    let refusal = refused(site.process.begin_payment(site.ada, id).await);
    assert_eq!(refusal, Refusal::NotTakenOnline { by_hand: true });
    is_given_up(&site, &site.process, id, 10).await;
    site.shop.done().await;
}

#[tokio::test]
async fn what_stripe_does_not_count_and_the_release_before_has_begun_ends() {
    let site = StripeShop::open_in("KWD".parse().unwrap(), "2.405").await;
    let begun = "insert into payments (id, order_id, provider, amount, created_at)
        select gen_random_uuid(), id, 'stripe', total, created_at from orders where status = 'pending'";
    let id = site.placed().await;
    site.shop.execute(begun).await;
    is_given_up(&site, &site.process, id, 10).await;
    // Or somebody comes back to it.
    let id = site.placed().await;
    site.shop.execute(begun).await;
    let refusal = refused(site.process.begin_payment(site.ada, id).await);
    assert_eq!((refusal, site.shop.count(ALL).await), (Refusal::NotTakenOnline { by_hand: false }, 2));
    is_given_up(&site, &site.process, id, 10).await;
    site.shop.done().await;
}

#[tokio::test]
async fn an_amount_of_three_decimals_that_ends_in_0_is_paid() {
    let site = StripeShop::open_in("KWD".parse().unwrap(), "2.410").await;
    let id = site.placed().await;
    let page = site.process.begin_payment(site.ada, id).await.unwrap().redirect_url.unwrap();
    site.hears(&site.relay.paid(page.rsplit('/').next().unwrap(), site.shop.clock.now())).await;
    assert_eq!(site.status(id).await, OrderStatus::Paid);
    site.shop.done().await;
}

#[tokio::test]
async fn without_scripts_the_order_page_says_what_stripe_does_not_take() {
    let StripeShop { shop, router, relay, .. } = StripeShop::open_in("KWD".parse().unwrap(), "2.405").await;
    let site = Site { shop, router };
    let bob = site.visitor();
    bob.register("Bob").await;
    let order = order_with(&bob, "1", &ADDRESS).await;
    let pay = [("order_id", order.trim_start_matches("/orders/"))];
    let page = bob.submit(&order, "pay-order", &pay).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("We cannot take this payment online. Nothing was charged. Please write to us"));
    site.shop.taking_transfers().await;
    let page = bob.submit(&order, "pay-order", &pay).await.text;
    assert!(page.contains("Please pay by bank transfer or at pick-up instead.") && page.contains("/do/pay-by-hand"));
    assert_eq!((site.shop.count(ALL).await, relay.count()), (0, 0));
    // Two cost what it counts.
    let two = order_with(&bob, "2", &ADDRESS).await;
    let led = bob.post(&two, "pay-order", &[("order_id", two.trim_start_matches("/orders/"))]).await;
    assert!(led.location().contains("/pay/cs_test_"), "{}", led.location());
    site.shop.done().await;
}

#[tokio::test]
async fn what_is_too_little_for_stripe_is_refused_in_words_and_may_be_tried_again() {
    let site = StripeShop::open().await;
    let id = site.placed().await;
    site.relay.makes_no_session(400, "amount_too_small", 1);
    let refusal = refused(site.process.begin_payment(site.ada, id).await);
    assert_eq!(refusal, Refusal::NotTakenOnline { by_hand: false });
    assert_eq!((site.shop.count(STARTED).await, site.shop.count(ALL).await), (0, 1));
    let order = site.shop.order(site.ada, id).await;
    assert_eq!(order.last_payment, Some(PaymentState::Declined));
    let told: Vec<_> = order.timeline.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(told, ["placed", "reserved", "payment_expired"], "nobody has declined anything");
    let declined = "select count(*) from email_messages where kind = 'payment_failed'";
    assert_eq!(site.shop.count(declined).await, 0);
    // An attempt that began earlier may have been too old for it: whoever comes back begins another.
    site.shop
        .execute(
            "insert into payments (id, order_id, provider, amount, created_at)
             select gen_random_uuid(), id, 'stripe', total, created_at from orders where status = 'pending'",
        )
        .await;
    site.relay.makes_no_session(400, "parameter_invalid", 1);
    let begun = site.process.begin_payment(site.ada, id).await.unwrap();
    assert_eq!((site.shop.count(STARTED).await, site.shop.count(ALL).await, site.relay.count()), (1, 3, 1));
    assert!(begun.redirect_url.unwrap().ends_with("cs_test_relay_0"));
    is_given_up(&site, &site.process, id, 10).await;
    site.shop.done().await;
}

#[tokio::test]
async fn who_presses_twice_is_led_to_the_page_that_the_other_press_opens() {
    let site = StripeShop::open().await;
    let id = site.placed().await;
    // Whoever comes first is told that the key is in use.
    site.relay.makes_no_session(409, "idempotency_key_in_use", 1);
    let press = || site.process.begin_payment(site.ada, id);
    let (one, other) = tokio::join!(press(), press());
    assert_eq!(one.unwrap().redirect_url.unwrap(), other.unwrap().redirect_url.unwrap());
    assert_eq!((site.relay.count(), site.shop.count(STARTED).await), (1, 1));
    site.shop.done().await;
}

#[tokio::test]
async fn what_lies_in_the_account_and_not_in_the_payment_is_no_refusal() {
    let site = StripeShop::open().await;
    let id = site.placed().await;
    for (status, code) in [(401, ""), (403, "more_permissions_required"), (429, "rate_limit"), (500, "api_error")] {
        site.relay.makes_no_session(status, code, 1);
        let answer = site.process.begin_payment(site.ada, id).await;
        let is_refused = matches!(&answer, Err(shop::usecase::Error::Refused(_)) | Ok(_));
        assert!(!is_refused, "{status}: {answer:?}");
        assert_eq!((site.shop.count(STARTED).await, site.shop.count(ALL).await), (1, 1), "{status}: it may pass");
    }
    site.process.begin_payment(site.ada, id).await.unwrap();
    is_given_up(&site, &site.process, id, 10).await;
    site.shop.done().await;
}

#[tokio::test]
async fn what_began_in_test_mode_ends_under_a_live_key() {
    let site = StripeShop::open().await;
    let live = site.shop.another_process_paying(Arc::new(site.relay.payments_by("sk_live_relay"))).await;
    // It is not over: whoever was there comes back.
    let (id, session) = site.begun().await;
    let payment: String = site.shop.scalar("select id::text from payments where checkout_id = $1", &session).await;
    live.return_from_payment(id, payment.parse().unwrap()).await.unwrap();
    assert_eq!((site.shop.count(STARTED).await, site.status(id).await), (0, OrderStatus::Pending));
    let page = live.begin_payment(site.ada, id).await.unwrap().redirect_url.unwrap();
    assert!(page.contains("/pay/cs_live_"), "{page}");
    is_given_up(&site, &live, id, 10).await;
    // Nobody comes back.
    let (id, _) = site.begun().await;
    is_given_up(&site, &live, id, 10).await;
    site.shop.done().await;
}

#[tokio::test]
async fn a_session_that_stripe_does_not_know_ends_when_it_can_be_open_no_more() {
    let site = StripeShop::open().await;
    let (id, session) = site.begun().await;
    site.relay.loses(&session);
    for hours in [1, 10, 10] {
        site.shop.clock.advance(Duration::hours(hours));
        site.process.reconcile_payments(10).await.unwrap_err();
        assert_eq!(site.process.expire_orders(10).await.unwrap(), 0, "money may come");
    }
    site.shop.clock.advance(Duration::hours(4));
    is_given_up(&site, &site.process, id, 10).await;
    site.shop.done().await;
}
