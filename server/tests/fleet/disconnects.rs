//! T-20: thousands who order and are gone before they have an answer. What they began is whole or not there, and the same key
//! finds it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::PgPool;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::shop::RunningShop;
use crate::shopper::{Placed, Shopper, told};
use crate::{check, number, open_shop, report, seed, turn, until};

/// At a time.
const TOGETHER: usize = 32;

const ABANDONED: &str = "select count(*) from pg_stat_activity where datname = current_database()
    and state like 'idle in transaction%' and state_change < now() - interval '1 s'";

/// Transactions of the shop that have begun.
const BUSY: &str = "select count(*) from pg_stat_activity where datname = current_database() and xact_start is not null
    and pid <> pg_backend_pid() and state <> 'idle'";

/// How many transactions stood open with nobody at work in them, at the worst moment.
async fn watch(database: PgPool, enough: Arc<AtomicBool>) -> i64 {
    let mut most = 0;
    while !enough.load(Ordering::Relaxed) {
        most = most.max(sqlx::query_scalar::<_, i64>(ABANDONED).fetch_one(&database).await.unwrap());
        sleep(Duration::from_millis(200)).await;
    }
    most
}

/// The same key until there is an order.
async fn ask_again(shopper: Shopper, key: String) -> Placed {
    for _ in 0..50 {
        let placed = shopper.place(&key).await;
        if placed.id.is_some() {
            return placed;
        }
        assert_eq!(placed.status, Some(503), "{placed:?}");
        sleep(Duration::from_millis(200)).await;
    }
    panic!("{key} leads to no order")
}

#[tokio::test(flavor = "multi_thread")]
async fn disconnects_leave_no_transaction_open_and_no_half_order() {
    let _turn = turn().await;
    let (seed, many) = (seed(), number("DISCONNECTS", 5000));
    report(&format!("disconnects: {many} clients, seed {seed}"));
    let database = open_shop().await;
    let running = RunningShop::start(&database, None, seed).await;
    let shopper = Shopper::register(&database, running.port, "carl").await;
    let mut random = StdRng::seed_from_u64(seed);
    let keys: Vec<_> = (0..many).map(|_| Uuid::from_u128(random.random()).to_string()).collect();
    let enough = Arc::new(AtomicBool::new(false));
    let watching = tokio::spawn(watch(database.shop.store().pool().clone(), Arc::clone(&enough)));
    let began = Instant::now();
    for some in keys.chunks(TOGETHER) {
        let mut clients = JoinSet::new();
        for key in some {
            let (shopper, key) = (shopper.clone(), key.clone());
            let (after, is_reset) = (Duration::from_millis(random.random_range(0..200)), random.random_ratio(1, 2));
            clients.spawn(async move { shopper.abandon(&key, after, is_reset).await.unwrap() });
        }
        clients.join_all().await;
    }
    let took = began.elapsed();
    until("without a transaction under way", Duration::from_secs(60), async || database.count(BUSY).await == 0).await;
    enough.store(true, Ordering::Relaxed);
    let abandoned = watching.await.unwrap();
    let written = database.count("select count(*) from orders").await;

    let mut placed = Vec::new();
    for some in keys.chunks(TOGETHER) {
        let mut again = JoinSet::new();
        for key in some {
            again.spawn(ask_again(shopper.clone(), key.clone()));
        }
        placed.extend(again.join_all().await);
    }
    running.settled().await;
    let log = running.logged();
    running.stop();
    report(&format!(
        "disconnects: {many} clients were gone within {took:?}, {written} orders were written; {abandoned} transactions stood \
         open for more than a second"
    ));
    assert!(written > 0, "nobody got as far as an order: nothing was broken off");
    assert_eq!(abandoned, 0, "transactions that stood open");
    let spoiled = ["25P02", "current transaction is aborted"].iter().any(|words| log.contains(words));
    assert!(!spoiled, "a transaction was used after it had failed");
    let ids: BTreeSet<_> = placed.iter().filter_map(|order| order.id).collect();
    assert_eq!(ids.len(), keys.len(), "orders of two keys");
    let orders = database.count("select count(*) from orders").await;
    assert_eq!(usize::try_from(orders).unwrap(), keys.len(), "orders that no key leads to");
    check(&database, &told(&placed)).await;
    database.done().await;
}
