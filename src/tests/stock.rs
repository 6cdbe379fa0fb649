//! The flash sale: however many want it at once, no unit is promised twice and none is lost.

use futures::future::join_all;
use proptest::prelude::*;
use shop::domain::{Consumer, OrderStatus, ReservationState};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{Embedded, Relayed};

use crate::harness::TestShop;

#[tokio::test(flavor = "multi_thread")]
async fn of_200_buyers_at_once_50_get_one_of_the_50_units() {
    for round in 0..3 {
        let shop = TestShop::open().await;
        shop.stock_shelves(&[("LAMP", "49.00", 50)]).await;
        let buyers = join_all((0..200).map(|n| {
            let shop = &shop;
            async move {
                let customer = shop.customer(&format!("Buyer {n}")).await;
                (customer, shop.check_out(customer, &[("LAMP", "1")]).await)
            }
        }))
        .await;
        let placed = join_all(buyers.into_iter().map(|(customer, form)| {
            let shop = &shop;
            async move { (customer, shop.shop.place_order(customer, form).await.unwrap()) }
        }))
        .await;
        shop.deliver().await;
        let orders = join_all(placed.iter().map(|(customer, id)| shop.order(*customer, *id))).await;
        let reserved = orders.iter().filter(|o| o.reservation == ReservationState::Reserved).count();
        let sold_out = orders.iter().filter(|o| {
            o.status == OrderStatus::Cancelled && o.cancel_reason == Some(shop::domain::CancelReason::OutOfStock)
        });
        assert_eq!((reserved, sold_out.count()), (50, 150), "round {round}");
        assert_eq!(shop.stock("LAMP").await, 0);
        shop.done().await;
    }
}

/// Two processes consume the same events at the same time, each seeing all of them: every effect still happens once.
#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_consume_the_same_events_have_the_effect_of_one() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("AAA", "1.00", 10), ("BBB", "2.00", 10), ("CCC", "3.00", 10)]).await;
    let placed = join_all((0..30).map(|n| {
        let shop = &shop;
        async move {
            let customer = shop.customer(&format!("Buyer {n}")).await;
            // Lines in different orders: without one lock order this would deadlock.
            let lines: &[_] =
                if n % 2 == 0 { &[("AAA", "1"), ("CCC", "1")] } else { &[("CCC", "1"), ("BBB", "1"), ("AAA", "1")] };
            (customer, shop.place(customer, lines).await)
        }
    }))
    .await;
    let other = shop.another_process().await;
    let events: Vec<_> = {
        use shop::usecase::EventViews;
        shop.shop.store().unpublished_events(500).await.unwrap().into_iter().map(|(_, e)| e).collect()
    };
    let created: Vec<_> = events.iter().filter(|e| e.topic == "order.created").cloned().collect();
    let backwards: Vec<_> = created.iter().rev().cloned().collect();
    for chunk in 0..6 {
        let part = |all: &[shop::domain::Envelope]| all[chunk * 5..chunk * 5 + 5].to_vec();
        let (mine, theirs) = (part(&created), part(&backwards));
        let (a, b) =
            tokio::join!(shop.shop.consume(Consumer::Inventory, &mine), other.consume(Consumer::Inventory, &theirs));
        a.unwrap();
        b.unwrap();
    }
    shop.deliver().await;
    let mut reserved = 0;
    for (customer, id) in &placed {
        reserved += i32::from(shop.order(*customer, *id).await.reservation == ReservationState::Reserved);
    }
    assert_eq!(reserved, 10, "AAA is in every order and there are ten");
    assert_eq!(shop.stock("AAA").await, 0);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_many_line_orders_placed_cancelled_and_delivered_at_once_does_not_deadlock() {
    let shop = TestShop::open().await;
    let skus = ["AAA", "BBB", "CCC", "DDD", "EEE"];
    shop.stock_shelves(&skus.map(|sku| (sku, "5.00", 60))).await;
    let buying = join_all((0..40_usize).map(|n| {
        let shop = &shop;
        async move {
            let customer = shop.customer(&format!("Buyer {n}")).await;
            // 1, 2 or 3 of the five, from anywhere and in either direction.
            let mut lines: Vec<_> = (0..=n % 3).map(|i| (skus[(n + i) % 5], "1")).collect();
            if n % 2 == 0 {
                lines.reverse();
            }
            let id = shop.place(customer, &lines).await;
            if n % 3 == 0 {
                shop.shop.cancel_order(customer, id).await.unwrap();
            }
        }
    }));
    let stop = std::sync::atomic::AtomicBool::new(false);
    let delivering = async {
        let bus = Embedded::new(shop.shop.clone());
        while !stop.load(std::sync::atomic::Ordering::Relaxed) {
            if shop.shop.relay(&bus, 20).await.unwrap() == Relayed::Idle {
                tokio::task::yield_now().await;
            }
        }
    };
    tokio::join!(
        async {
            buying.await;
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        },
        delivering
    );
    shop.deliver().await;
    assert_eq!(shop.count("select count(*) from orders where reservation = 'pending'").await, 0);
    assert_eq!(shop.count("select count(*) from outbox where topic like '%.dlq'").await, 0);
    shop.done().await;
}

#[tokio::test]
async fn a_cancel_that_arrives_before_its_create_takes_nothing() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 3)]).await;
    let customer = shop.customer("Ada").await;
    let id = shop.place(customer, &[("MUG", "2")]).await;
    shop.shop.cancel_order(customer, id).await.unwrap();
    let events: Vec<_> = {
        use shop::usecase::EventViews;
        shop.shop.store().unpublished_events(50).await.unwrap().into_iter().map(|(_, e)| e).collect()
    };
    let of = |topic: &str| events.iter().filter(|e| e.topic == topic).cloned().collect::<Vec<_>>();
    shop.shop.consume(Consumer::Inventory, &of("order.cancelled")).await.unwrap();
    shop.shop.consume(Consumer::Inventory, &of("order.created")).await.unwrap();
    assert_eq!(shop.stock("MUG").await, 3);
    shop.deliver().await;
    assert_eq!(shop.order(customer, id).await.reservation, ReservationState::Released);
    shop.done().await;
}

#[tokio::test]
async fn the_check_of_the_table_is_the_last_line() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 3)]).await;
    let refused = sqlx::query("update inventory set stock = stock - 4")
        .execute(shop.shop.store().pool())
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("inventory_stock_not_negative"), "{refused}");
    shop.done().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// Any sequence of what people do, events delivered or not in between: `done()` finds the books balanced.
    #[test]
    fn whatever_people_do_the_books_balance(acts in proptest::collection::vec((0..4_u8, 0..6_usize, 1..4_u32), 1..25)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let shop = TestShop::open().await;
            shop.stock_shelves(&[("MUG", "24.00", 7), ("CUP", "9.50", 2)]).await;
            let customer = shop.customer("Ada").await;
            let mut orders = Vec::new();
            for (act, which, quantity) in acts {
                match (act, orders.get(which).copied()) {
                    (0, _) => {
                        let sku = if which % 2 == 0 { "MUG" } else { "CUP" };
                        if shop.add(customer, sku, &quantity.to_string()).await.is_ok() {
                            let form = shop.check_out(customer, &[]).await;
                            orders.extend(shop.shop.place_order(customer, form).await.ok());
                        }
                    }
                    (1, Some(id)) => drop(shop.shop.cancel_order(customer, id).await),
                    (2, Some(id)) => drop(shop.shop.pay_order(customer, id, Approve).await),
                    _ => shop.deliver().await,
                }
            }
            shop.done().await;
        });
    }
}
