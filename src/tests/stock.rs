//! The flash sale: however many want it at once, no unit is promised twice and none is lost.

use std::sync::atomic::{AtomicBool, Ordering};

use futures::future::join_all;
use proptest::prelude::*;
use rand::Rng as _;
use rand::prelude::*;
use shop::domain::{Consumer, OrderStatus, Quantity, ReservationState, Staff, StockChange, VariantId};
use shop::dto::{ProductForm, StockForm};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, Clock, Inventory, OrderRequest, PlaceOrder, RequestedItem, Store, Tx};

use crate::harness::{Everything, TestShop};
use crate::workers::TwoWorkers;

/// One lamp each, 50 of them, for 200 who all press the button at once.
async fn flash_sale(shop: &TestShop) -> Vec<(shop::domain::Customer, shop::domain::OrderId)> {
    shop.stock_shelves(&[("LAMP", "49.00", 50)]).await;
    let buyers = join_all((0..200).map(|n| async move {
        let customer = shop.customer(&format!("Buyer {n}")).await;
        (customer, shop.check_out(customer, &[("LAMP", "1")]).await)
    }))
    .await;
    join_all(buyers.into_iter().map(|(customer, form)| async move { (customer, place(shop, customer, form).await) }))
        .await
}

/// A shopper who is told that the shop is busy presses the button again.
async fn place(shop: &TestShop, customer: shop::domain::Customer, form: PlaceOrder) -> shop::domain::OrderId {
    loop {
        match shop.shop.place_order(customer, form.clone()).await {
            Err(error) if error.is_transient() => {}
            answer => return answer.unwrap(),
        }
    }
}

async fn check_sale(shop: &TestShop, placed: &[(shop::domain::Customer, shop::domain::OrderId)]) {
    let orders = join_all(placed.iter().map(|(customer, id)| shop.order(*customer, *id))).await;
    let reserved = orders.iter().filter(|o| o.reservation == ReservationState::Reserved).count();
    let sold_out = orders.iter().filter(|o| {
        o.status == OrderStatus::Cancelled && o.cancel_reason == Some(shop::domain::CancelReason::OutOfStock)
    });
    assert_eq!((reserved, sold_out.count()), (50, 150));
    assert_eq!(shop.stock("LAMP").await, 0);
    assert_eq!(shop.count("select count(*) from outbox where topic like '%.dlq'").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_200_buyers_at_once_50_get_one_of_the_50_units() {
    for _ in 0..2 {
        let shop = TestShop::open().await;
        let placed = flash_sale(&shop).await;
        shop.deliver().await;
        check_sale(&shop, &placed).await;
        shop.done().await;
    }
}

/// Until a statement waits for a lock.
async fn somebody_waits(shop: &TestShop) {
    let waiting = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    while shop.count(waiting).await == 0 {}
}

/// The same, decided by two workers at once. Neither may so much as try to promise what the other has: the last line, the
/// table's CHECK, would end the transaction, and none is.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers_of_the_group_share_a_flash_sale() {
    for batch in [1, 3, 10] {
        let shop = TestShop::open().await;
        let placed = flash_sale(&shop).await;
        TwoWorkers::of(&shop, batch).await.deliver().await;
        check_sale(&shop, &placed).await;
        assert_eq!(shop.done_counting().await.rollbacks, 0, "batches of {batch}");
    }
}

/// Whoever is about to decide on a variant waits for whoever is deciding on it.
#[tokio::test(flavor = "multi_thread")]
async fn one_worker_at_a_time_decides_on_a_variant() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 3), ("CUP", "9.50", 3)]).await;
    let (mug, cup) = (shop.variant("MUG").await, shop.variant("CUP").await);
    let mut first = shop.shop.store().begin().await.unwrap();
    assert_eq!(first.lock_stock(&[mug]).await.unwrap()[&mug], 3);
    let mut other = shop.shop.store().begin().await.unwrap();
    assert_eq!(other.lock_stock(&[cup]).await.unwrap()[&cup], 3, "another variant is nobody's");
    drop(other);
    let store = shop.shop.store().clone();
    let mut second = Box::pin(async move {
        let mut second = store.begin().await.unwrap();
        second.lock_stock(&[mug]).await.unwrap()[&mug]
    });
    tokio::select! {
        left = &mut second => panic!("it did not wait, and saw {left}"),
        () = somebody_waits(&shop) => {}
    }
    first.record_stock_change(mug, StockChange::Adjustment(-2), -2, "broken", shop.clock.now()).await.unwrap();
    first.commit().await.unwrap();
    assert_eq!(second.await, 1);
    shop.done().await;
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

/// The storm of T-02, short: every kind of transaction that locks what another locks, at once, and `done()` fails on a
/// single deadlock. Two inventory workers decide on a backlog of many-line orders, in step, so that their transactions
/// meet in the middle of what they lock; meanwhile shoppers place and cancel, and staff count, adjust and edit.
#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_many_line_orders_does_not_deadlock() {
    for seed in 1..=3_u64 {
        println!("seed {seed}");
        let shop = TestShop::open().await;
        let skus: Vec<String> = (0..20).map(|n| format!("SKU-{n:02}")).collect();
        shop.stock_shelves(&skus.iter().map(|sku| (sku.as_str(), "5.00", 200)).collect::<Vec<_>>()).await;
        let mut variants = join_all(skus.iter().map(|sku| shop.variant(sku))).await;
        variants.sort_unstable();
        let staff = Staff(shop.register("Staff").await.id);
        let workers = TwoWorkers::of(&shop, 4).await;
        place_backlog(&shop, &skus, seed).await;
        let (bought, stop) = (AtomicBool::new(false), AtomicBool::new(false));
        let buying = async {
            join_all((0..12).map(|n| buy(&shop, &variants, n, StdRng::seed_from_u64(seed * 1000 + n)))).await;
            bought.store(true, Ordering::SeqCst);
        };
        let deciding = async {
            let mut last = false;
            while !last {
                last = bought.load(Ordering::SeqCst);
                workers.deliver_in_step(&shop, variants[10]).await;
                tokio::task::yield_now().await;
            }
            stop.store(true, Ordering::SeqCst);
        };
        let keeping = async {
            let mut random = StdRng::seed_from_u64(seed);
            while !stop.load(Ordering::SeqCst) {
                let sku = skus.choose(&mut random).unwrap();
                keep(&shop, staff, sku, &mut random).await;
            }
        };
        tokio::join!(buying, deciding, keeping);
        workers.deliver().await;
        assert_eq!(shop.count("select count(*) from orders where reservation = 'pending'").await, 0);
        assert_eq!(shop.count("select count(*) from outbox where topic like '%.dlq'").await, 0);
        shop.done().await;
    }
}

/// Orders of nearly everything, some of them cancelled, and nobody has decided on them yet.
async fn place_backlog(shop: &TestShop, skus: &[String], seed: u64) {
    let products = join_all(skus.iter().map(|sku| async { shop.record(&sku.to_lowercase()).await.id })).await;
    let (mut random, customer) = (StdRng::seed_from_u64(seed), shop.customer("Collector").await);
    for _ in 0..60 {
        let one = Quantity::new(1).unwrap();
        let lines = random.random_range(14..=20);
        let items = products.choose_multiple(&mut random, lines);
        let items = items.map(|id| RequestedItem { product: *id, variant: None, quantity: one }).collect();
        let order = OrderRequest { key: shop.shop.new_key(), items: Some(items), ..OrderRequest::default() };
        let id = shop.shop.request_order(customer, order).await.unwrap();
        if random.random_ratio(1, 4) {
            shop.shop.cancel_order(customer, id).await.unwrap();
        }
    }
}

/// A shopper fills carts, orders and now and then thinks again.
async fn buy(shop: &TestShop, variants: &[VariantId], n: u64, mut random: StdRng) {
    let customer = shop.customer(&format!("Buyer {n}")).await;
    for _ in 0..2 {
        let lines = random.random_range(3..=8);
        for variant in variants.choose_multiple(&mut random, lines) {
            let owner = CartOwner::Customer(customer);
            shop.shop.add_to_cart(owner, *variant, Quantity::new(1).unwrap()).await.unwrap();
        }
        let order = OrderRequest { key: shop.shop.new_key(), ..OrderRequest::default() };
        let id = shop.shop.request_order(customer, order).await.unwrap();
        if random.random_ratio(1, 3) {
            shop.shop.cancel_order(customer, id).await.unwrap();
        }
    }
}

/// Something staff do to a product's shelf.
async fn keep(shop: &TestShop, staff: Staff, sku: &str, random: &mut StdRng) {
    let record = shop.record(&sku.to_lowercase()).await;
    let reason = "storm".to_owned();
    let answer = match random.random_range(0..3) {
        0 => {
            let form = StockForm { change: Some(1), reason, ..Default::default() };
            shop.shop.change_stock(staff.may(), record.id, &form, None).await
        }
        1 => {
            let form = StockForm { counted: Some(200), reason, ..Default::default() };
            shop.shop.change_stock(staff.may(), record.id, &form, None).await
        }
        // The sku changes, too: that is the lock which lines of carts and orders have to wait for.
        _ => {
            let (price, id) = ("5.00".to_owned(), record.id);
            let edit = |sku: &str| ProductForm {
                name: sku.into(),
                price: price.clone(),
                sku: Some(sku.into()),
                ..Default::default()
            };
            let other = format!("{sku}-X");
            let renamed = shop.shop.update_product(staff.may(), id, &[record.version], &edit(&other)).await.unwrap();
            shop.shop.update_product(staff.may(), id, &[renamed.version], &edit(sku)).await.map(|_| ())
        }
    };
    answer.unwrap();
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
