//! Cancelling against paying against running out of time, T-07 in short: whoever comes first, the order has one end, and
//! money that came in is on record.

use std::time::Duration;

use futures::future::join_all;
use rand::Rng as _;
use rand::prelude::*;
use shop::domain::{
    CancelReason, Customer, OrderId, OrderStatus, PaymentFlaw, PaymentId, PaymentState, Refusal, ReservationState,
};
use shop::dto::OrderView;
use shop::usecase::SandboxOutcome::{Approve, Decline};
use shop::usecase::{Error, OrderPayment, Result};

use shop::infrastructure::payments::{SandboxAnswer, SandboxDelivery};
use tokio::sync::Barrier;

use crate::harness::{TestShop, usd};
use crate::payment_pages::webhook;

/// Who ended an order's waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Winner {
    Payment,
    Customer,
    Clock,
}

const EACH: [Winner; 3] = [Winner::Payment, Winner::Customer, Winner::Clock];

/// Up to a few milliseconds ahead of one another: as long as the transactions take that race.
async fn head_start(random: &mut StdRng) {
    tokio::time::sleep(Duration::from_micros(random.random_range(0..12_000))).await;
}

/// All three at one order; what the customer was answered.
async fn race(shop: &TestShop, ada: Customer, id: OrderId, seed: u64) -> (Result<OrderPayment>, Result<OrderId>) {
    let random = |n| StdRng::seed_from_u64(seed * 3 + n);
    let (paid, cancelled, expired) = tokio::join!(
        async {
            head_start(&mut random(0)).await;
            shop.shop.pay_order(ada, id, Approve).await
        },
        async {
            head_start(&mut random(1)).await;
            shop.shop.cancel_order(ada, id).await
        },
        async {
            head_start(&mut random(2)).await;
            shop.shop.expire_orders(1).await
        }
    );
    expired.unwrap();
    (paid, cancelled)
}

/// What the history says, and that the rest of the books says the same.
async fn settle(shop: &TestShop, order: &OrderView, paid: Result<OrderPayment>, cancelled: Result<OrderId>) -> Winner {
    let history: Vec<_> = order.timeline.iter().map(|t| t.kind.as_str()).collect();
    let times = |kind: &str| history.iter().filter(|k| **k == kind).count();
    let id = order.id.to_string();
    let approved: i64 =
        shop.scalar("select count(*) from payments where state = 'approved' and order_id = $1::uuid", &id).await;
    let refunds: i64 = shop
        .scalar(
            "select count(*) from refunds r join payments p on p.id = r.payment_id
             where p.order_id = $1::uuid and r.amount = p.amount",
            &id,
        )
        .await;
    let refunds_late = i64::try_from(times("payment_late")).unwrap();
    let told: i64 = shop.scalar("select count(*) from outbox where topic = 'order.paid' and key = $1", &id).await;

    // Each was done or told why not.
    for refusal in [paid.as_ref().err(), cancelled.as_ref().err()].into_iter().flatten() {
        let expected = matches!(
            refusal.refusal(),
            Some(
                Refusal::IllegalStep { .. }
                    | Refusal::PayTimeOver
                    | Refusal::PaymentNotAccepted { flaw: PaymentFlaw::Late }
            )
        );
        assert!(expected, "{refusal:?}");
    }
    let is_late = |error: &Error| matches!(error.refusal(), Some(Refusal::PaymentNotAccepted { .. }));
    let was_taken = paid.as_ref().map_or_else(is_late, |_| true);
    assert_eq!(paid.is_ok(), approved == 1 && refunds_late == 0, "whoever paid is told whether it counts: {history:?}");
    assert_eq!(was_taken, approved == 1, "money is on record if and only if it was taken: {history:?}");
    assert!(times("cancelled") <= 1 && times("paid") <= 1, "{history:?}");
    assert_eq!(told, i64::try_from(times("paid")).unwrap(), "{history:?}");
    match order.status {
        OrderStatus::Paid => assert_eq!((approved, refunds, order.reservation), (1, 0, ReservationState::Claimed)),
        OrderStatus::Cancelled => {
            assert_eq!((refunds, order.reservation), (approved, ReservationState::Released), "{history:?}");
        }
        other => panic!("{other:?}"),
    }
    if times("paid") == 1 {
        assert_ne!(order.cancel_reason, Some(CancelReason::Expired), "paid in time");
        return Winner::Payment;
    }
    match order.cancel_reason {
        Some(CancelReason::ByCustomer) => Winner::Customer,
        Some(CancelReason::Expired) => Winner::Clock,
        other => panic!("{other:?}: {history:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_pay_and_expire_at_once_end_in_one_of_them_and_each_wins_sometimes() {
    let mut won = Vec::new();
    for seed in 1..=20_u64 {
        println!("seed {seed}");
        let shop = TestShop::open().await;
        shop.stock_shelves(&[("MUG", "24.00", 60)]).await;
        let ada = shop.customer("Ada").await;
        let mut orders = Vec::new();
        for _ in 0..8 {
            orders.push(shop.place_reserved(ada, &[("MUG", "1")]).await);
        }
        // Their time is over in the midst of it: nothing begins after that. On a slow machine the midst is later, so it is from seed to seed.
        shop.clock.advance(time::Duration::minutes(10));
        sqlx::query("update orders set expires_at = now() + interval '10 minutes' + $1 * interval '1 millisecond'")
            .bind(i32::try_from(3 + 6 * seed).unwrap())
            .execute(shop.shop.store().pool())
            .await
            .unwrap();
        let answers = join_all((100 * seed..).zip(&orders).map(|(seed, id)| race(&shop, ada, *id, seed))).await;
        shop.deliver().await;
        for (id, (paid, cancelled)) in orders.into_iter().zip(answers) {
            let order = shop.order(ada, id).await;
            won.push(settle(&shop, &order, paid, cancelled).await);
        }
        let kept = shop.count("select count(*) from orders where status = 'paid'").await;
        assert_eq!(i64::from(shop.stock("MUG").await), 60 - kept);
        shop.done().await;
        if seed >= 5 && EACH.iter().all(|winner| won.contains(winner)) {
            return;
        }
    }
    panic!("somebody never wins, so this shows nothing: {won:?}");
}

/// Everybody who can end an order that is being paid on the provider's page, at once: its shopper, who may approve and come
/// back, its webhook, twice, whoever cancels, the clock, and whoever asks the provider.
async fn melee(shop: &TestShop, ada: Customer, id: OrderId, payment: PaymentId, seed: u64) {
    let random = &mut StdRng::seed_from_u64(seed);
    let (approves, cancels) = (random.random_ratio(3, 4), random.random_bool(0.5));
    let mut pauses =
        (0..5).map(|_| Duration::from_micros(random.random_range(0..6_000))).collect::<Vec<_>>().into_iter();
    let mut late = || pauses.next().unwrap_or_default();
    let (barrier, core) = (Barrier::new(5), &shop.shop);
    let start = async |pause| {
        barrier.wait().await;
        tokio::time::sleep(pause).await;
    };
    let (paying, hearing, cancelling, expiring, asking) = (late(), late(), late(), late(), late());
    tokio::join!(
        async {
            start(paying).await;
            if approves {
                shop.sandbox().answer(payment, SandboxAnswer::Approve, SandboxDelivery::default()).await.unwrap();
                core.return_from_payment(id, payment).await.unwrap();
            }
        },
        async {
            start(hearing).await;
            let said = "select coalesce((select outcome from sandbox_charges where payment_id = $1::uuid), 'pending')";
            let kind: String = shop.scalar(said, &payment.to_string()).await;
            let (signature, body) = webhook(shop, &format!("{payment}-{kind}"), &kind, payment, usd("24.00"));
            for _ in 0..2 {
                core.receive_webhook("sandbox", Some(&signature), &body).await.unwrap();
                core.handle_webhooks(5).await.unwrap();
            }
        },
        async {
            start(cancelling).await;
            match if cancels { core.cancel_order(ada, id).await } else { Ok(id) } {
                Ok(_) => {}
                Err(error) => assert!(matches!(error.refusal(), Some(Refusal::IllegalStep { .. })), "{error:?}"),
            }
        },
        async {
            start(expiring).await;
            core.expire_orders(5).await.unwrap();
        },
        async {
            start(asking).await;
            core.reconcile_payments(5).await.unwrap();
        },
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn approved_and_declined_at_once_each_caller_is_told_the_truth() {
    let shop = TestShop::open().await;
    let other = shop.another_process().await;
    shop.stock_shelves(&[("MUG", "24.00", 60)]).await;
    let ada = shop.customer("Ada").await;
    let mut ends = std::collections::BTreeSet::new();
    for race in 0..40 {
        let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
        let (first, second) = if race % 2 == 0 { (Approve, Decline) } else { (Decline, Approve) };
        let both = tokio::join!(shop.shop.pay_order(ada, id, first), other.pay_order(ada, id, second));
        shop.deliver().await;
        let order = shop.order(ada, id).await;
        let mut told = Vec::new();
        for answer in [both.0, both.1] {
            let state = match answer {
                Ok(payment) => payment.state,
                Err(error) if matches!(error.refusal(), Some(Refusal::PaymentDeclined)) => PaymentState::Declined,
                Err(error) => panic!("{error:?}"),
            };
            assert!(order.payments.iter().any(|payment| payment.state == state), "{state:?}: {:?}", order.payments);
            told.push(state.as_str());
        }
        let is_paid = order.payments.iter().any(|payment| payment.state == PaymentState::Approved);
        assert_eq!(is_paid, order.status == OrderStatus::Paid, "{:?}", order.payments);
        assert_eq!(is_paid, told.contains(&"approved"), "whoever paid hears of it");
        let id = id.to_string();
        let events = "select count(*) from outbox where topic = 'order.paid' and key = $1";
        assert_eq!(shop.scalar::<i64>(events, &id).await, i64::from(is_paid));
        ends.insert(told);
    }
    assert!(ends.len() >= 2, "one of them always wins, so this shows nothing: {ends:?}");
    shop.done().await;
}

/// T-07; the whole of it is 1,000 orders (`RACES`).
#[tokio::test(flavor = "multi_thread")]
async fn whoever_ends_an_order_that_is_being_paid_money_is_kept_or_given_back() {
    let races = std::env::var("RACES").ok().and_then(|count| count.parse().ok()).unwrap_or(60_u64);
    let mut ends = std::collections::BTreeMap::new();
    for batch in 0..races.div_ceil(20) {
        println!("batch {batch}");
        let shop = TestShop::open().await;
        shop.stock_shelves(&[("MUG", "24.00", 60)]).await;
        let ada = shop.customer("Ada").await;
        let mut orders = Vec::new();
        for _ in 0..20 {
            let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
            orders.push((id, shop.shop.begin_payment(ada, id).await.unwrap().payment));
        }
        shop.clock.advance(time::Duration::minutes(16));
        let each = (100 * batch..).zip(&orders).map(|(seed, (id, payment))| melee(&shop, ada, *id, *payment, seed));
        join_all(each).await;
        shop.check_books_at_the_end().await;
        for (id, payment) in orders {
            let said: String = shop
                .scalar("select outcome from sandbox_charges where payment_id = $1::uuid", &payment.to_string())
                .await;
            let back: i64 =
                shop.scalar("select count(*) from refunds where payment_id = $1::uuid", &payment.to_string()).await;
            let status = shop.order(ada, id).await.status;
            match said.as_str() {
                "approved" => assert!(matches!((status, back), (OrderStatus::Paid, 0) | (OrderStatus::Cancelled, 1))),
                _ => assert_eq!((status, back), (OrderStatus::Cancelled, 0), "{said}"),
            }
            *ends.entry((said, status.as_str(), back)).or_insert(0) += 1;
        }
        shop.done().await;
    }
    assert!(ends.len() >= 3, "somebody never wins, so this shows nothing: {ends:?}");
    println!("{ends:?}");
}
