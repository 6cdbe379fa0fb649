//! Payments whose process died between the charge and the books: what was charged pays the order or is refunded, and
//! what was not is never charged.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::join_all;
use rand::Rng as _;
use rand::prelude::*;
use shop::domain::{CancelReason, Customer, Money, OrderId, OrderStatus, PaymentId, PaymentState, Refusal};
use shop::usecase::SandboxOutcome::{Approve, Decline};
use shop::usecase::{Attempt, ChargeOutcome, Error, Payments, Result, SandboxOutcome};
use time::{Duration, OffsetDateTime};
use tokio::sync::{Barrier, Notify};

use crate::harness::TestShop;
use crate::providers::{Through, answered, away, unheard};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    /// Before the provider hears of the charge.
    BeforeTheCharge,
    /// Before the provider's answer is written down.
    AfterTheCharge,
}

/// A process that dies while it pays.
async fn pay_and_die(shop: &TestShop, ada: Customer, id: OrderId, outcome: SandboxOutcome, death: Death) {
    let reached = Arc::new(Notify::new());
    let provider = unheard(shop.sandbox(), death == Death::AfterTheCharge, Arc::clone(&reached));
    let process = shop.another_process_paying(provider).await;
    tokio::select! {
        answer = process.pay_order(ada, id, outcome) => panic!("it outlived its payment: {answer:?}"),
        () = reached.notified() => {}
    }
    process.store().close().await;
}

/// An order of one mug that somebody died over.
async fn left_by_the_dead(death: Death) -> (TestShop, Customer, OrderId) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    pay_and_die(&shop, ada, id, Approve, death).await;
    assert_eq!(shop.order(ada, id).await.last_payment, Some(PaymentState::Started));
    (shop, ada, id)
}

/// As the provider is asked for it.
pub fn attempt(payment: PaymentId, order: OrderId, amount: Money) -> Attempt {
    let now = OffsetDateTime::UNIX_EPOCH;
    let (number, checkout) = (1, None);
    Attempt {
        payment,
        order,
        number,
        amount,
        began_at: now,
        expires_at: now,
        return_url: String::new(),
        checkout,
        asked_at: now,
    }
}

async fn refunds(shop: &TestShop) -> i64 {
    shop.count("select count(*) from refunds r join payments p on p.id = r.payment_id where r.amount = p.amount").await
}

#[tokio::test]
async fn what_was_charged_before_the_process_died_pays_the_order() {
    let (shop, ada, id) = left_by_the_dead(Death::AfterTheCharge).await;
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 0, "somebody may be at it");
    shop.clock.advance(Duration::seconds(61));
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 0);
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Paid);
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 0);
    shop.deliver().await;
    assert_eq!((shop.stock("MUG").await, refunds(&shop).await), (4, 0));
    shop.done().await;
}

#[tokio::test]
async fn what_was_not_charged_never_is_and_the_order_is_given_up() {
    let (shop, ada, id) = left_by_the_dead(Death::BeforeTheCharge).await;
    shop.clock.advance(Duration::minutes(16));
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 0);
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 1);
    assert_eq!(shop.order(ada, id).await.cancel_reason, Some(CancelReason::Expired));
    // The dead one's words arrive at last.
    let payment = PaymentId(shop.scalar("select id from payments where state = $1", "declined").await);
    let late = attempt(payment, id, shop.order(ada, id).await.total);
    assert_eq!(shop.sandbox().charge(late, Approve).await.unwrap(), ChargeOutcome::Expired);
    shop.deliver().await;
    assert_eq!((shop.stock("MUG").await, refunds(&shop).await), (5, 0));
    shop.done().await;
}

#[tokio::test]
async fn what_was_charged_for_an_order_that_its_buyer_cancelled_then_is_refunded() {
    let (shop, ada, id) = left_by_the_dead(Death::AfterTheCharge).await;
    shop.shop.cancel_order(ada, id).await.unwrap();
    assert_eq!(refunds(&shop).await, 0, "nobody knows of the money yet");
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 0, "somebody may be at it");
    shop.clock.advance(Duration::minutes(2));
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 1);
    assert_eq!(refunds(&shop).await, 1);
    shop.done().await;
}

#[tokio::test]
async fn a_buyer_who_comes_back_finds_the_attempt_and_is_charged_once() {
    let (shop, ada, id) = left_by_the_dead(Death::AfterTheCharge).await;
    // Whatever the sandbox is told now, it has answered already.
    shop.shop.pay_order(ada, id, Decline).await.unwrap();
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Paid);
    assert_eq!(shop.count("select count(*) from payments").await, 1);
    assert_eq!(shop.count("select count(*) from sandbox_charges where outcome = 'approved'").await, 1);
    shop.done().await;
}

#[tokio::test]
async fn while_the_provider_does_not_answer_nothing_is_decided() {
    let (shop, ada, id) = left_by_the_dead(Death::AfterTheCharge).await;
    shop.clock.advance(Duration::hours(3));
    let away = shop.another_process_paying(away(shop.sandbox())).await;
    let answer = away.reconcile_payments(10).await;
    assert!(matches!(answer, Err(Error::Unavailable(_))), "{answer:?}");
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 0);
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Pending);
    shop.check_books_at_the_end().await;
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Paid);
    shop.done().await;
}

/// What may happen to an order before its time is over.
async fn first_act(shop: &TestShop, ada: Customer, id: OrderId, random: &mut StdRng) {
    let outcome = if random.random_ratio(3, 4) { Approve } else { Decline };
    match random.random_range(0..4) {
        0 => pay_and_die(shop, ada, id, outcome, Death::BeforeTheCharge).await,
        1 | 2 => pay_and_die(shop, ada, id, outcome, Death::AfterTheCharge).await,
        _ => {}
    }
}

/// Everybody at once, in two processes: the buyer, the clock, and whoever looks up what the dead have left.
async fn last_act(shop: &TestShop, ada: Customer, id: OrderId, seed: u64) {
    let random = &mut StdRng::seed_from_u64(seed);
    let (pays, cancels) = (random.random_bool(0.5), random.random_bool(0.5));
    let shop = &shop.shop;
    let answers =
        tokio::join!(async { if pays { shop.pay_order(ada, id, Approve).await.map(|_| ()) } else { Ok(()) } }, async {
            if cancels { shop.cancel_order(ada, id).await.map(|_| ()) } else { Ok(()) }
        },);
    for answer in [answers.0, answers.1].into_iter().filter_map(Result::err) {
        let expected = matches!(
            answer.refusal(),
            Some(
                Refusal::IllegalStep { .. }
                    | Refusal::PaymentDeclined
                    | Refusal::PayTimeOver
                    | Refusal::PaymentNotAccepted { .. }
            )
        );
        assert!(expected, "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_dies_and_whoever_comes_back_every_charge_pays_an_order_or_is_refunded() {
    let mut ends = BTreeSet::new();
    for seed in 1..=20_u64 {
        println!("seed {seed}");
        let random = &mut StdRng::seed_from_u64(seed);
        let shop = TestShop::open().await;
        let other = shop.another_process().await;
        shop.stock_shelves(&[("MUG", "24.00", 60)]).await;
        let ada = shop.customer("Ada").await;
        let mut orders = Vec::new();
        for _ in 0..8 {
            let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
            first_act(&shop, ada, id, random).await;
            orders.push(id);
        }
        shop.clock.advance(Duration::minutes(random.random_range(14..18)));
        let buyers = join_all((100 * seed..).zip(&orders).map(|(seed, id)| last_act(&shop, ada, *id, seed)));
        let (_, expired, settled, settled_there) = tokio::join!(
            buyers,
            shop.shop.expire_orders(10),
            shop.shop.reconcile_payments(10),
            other.reconcile_payments(10)
        );
        expired.unwrap();
        settled.unwrap();
        settled_there.unwrap();
        shop.check_books_at_the_end().await;
        for id in orders {
            let refunds: i64 = shop
                .scalar(
                    "select count(*) from refunds r join payments p on p.id = r.payment_id where p.order_id = $1::uuid",
                    &id.to_string(),
                )
                .await;
            ends.insert((shop.order(ada, id).await.status.as_str(), refunds));
        }
        shop.done().await;
        if seed >= 5 && ends.is_superset(&BTreeSet::from([("paid", 0), ("cancelled", 0), ("cancelled", 1)])) {
            return;
        }
    }
    panic!("some end was never reached, so this shows nothing: {ends:?}");
}

#[tokio::test]
async fn a_provider_that_takes_long_is_asked_about_four_at_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 8)]).await;
    let ada = shop.customer("Ada").await;
    for _ in 0..8 {
        let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
        shop.shop.begin_payment(ada, id).await.unwrap();
    }
    // It answers as soon as four have asked, and never before.
    let four = Arc::new(Barrier::new(4));
    let (asking, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let provider = Through::new(shop.sandbox(), move |sandbox, attempt, question| {
        let (four, asking, seen) = (Arc::clone(&four), Arc::clone(&asking), Arc::clone(&seen));
        Box::pin(async move {
            seen.fetch_max(asking.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            four.wait().await;
            asking.fetch_sub(1, Ordering::Relaxed);
            answered(&sandbox, attempt, question).await
        })
    });
    let process = shop.another_process_paying(provider).await;
    shop.clock.advance(Duration::minutes(2));
    let looked = tokio::time::timeout(std::time::Duration::from_secs(60), process.reconcile_payments(10)).await;
    assert_eq!(looked.expect("four are asked about at once").unwrap(), 0);
    assert_eq!(shop.count("select count(*) from payments where looks = 1").await, 8);
    assert_eq!(most.load(Ordering::Relaxed), 4, "and no more");
    shop.done().await;
}
