//! Cancelling against paying against running out of time, T-07 in short: whoever comes first, the order has one end, and
//! money that came in is on record.

use std::time::Duration;

use futures::future::join_all;
use rand::Rng as _;
use rand::prelude::*;
use shop::domain::{CancelReason, Customer, OrderId, OrderStatus, Refusal, ReservationState};
use shop::dto::OrderView;
use shop::usecase::Result;
use shop::usecase::SandboxOutcome::Approve;

use crate::harness::TestShop;

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
async fn race(shop: &TestShop, ada: Customer, id: OrderId, seed: u64) -> (Result<OrderId>, Result<OrderId>) {
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
async fn settle(shop: &TestShop, order: &OrderView, paid: Result<OrderId>, cancelled: Result<OrderId>) -> Winner {
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
    let told: i64 = shop.scalar("select count(*) from outbox where topic = 'order.paid' and key = $1", &id).await;

    // Each was done or told why not.
    for refusal in [paid.as_ref().err(), cancelled.as_ref().err()].into_iter().flatten() {
        assert!(matches!(refusal.refusal(), Some(Refusal::IllegalStep { .. })), "{refusal:?}");
    }
    assert_eq!(paid.is_ok(), approved == 1, "money is on record if and only if it was taken: {history:?}");
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
        shop.clock.advance(time::Duration::minutes(16));
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
