//! T-10: the one broker stands still (SIGSTOP), and is killed, for a minute; orders come at twenty a second all the while.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::program::ask;
use crate::shop::RunningShop;
use crate::shopper::{Paced, Shopper, p99, told};
use crate::{
    DEAD, SharedBroker, brokers, check, number, on_a_busy_machine, open_shop, report, script_aside, seed, turn, until,
};

const A_SECOND: u32 = 20;
const DRAINED: Duration = Duration::from_secs(30);

async fn outage(away: &str, back: &str) {
    let (seed, seconds) = (seed(), number("OUTAGE_SECONDS", 60));
    let database = open_shop().await;
    let running = RunningShop::start(&database, Some(&brokers()), seed).await;
    let shopper = Shopper::register(&database, running.port, "carl").await;
    shopper.place_together(4).await;
    running.settled().await;
    let paced = Paced::start(&shopper, A_SECOND);
    sleep(Duration::from_secs(10)).await;

    let _shared = SharedBroker;
    let began = Instant::now();
    script_aside("kafka", vec![away.to_owned()]).await;
    let gone = Instant::now();
    while gone.elapsed() < Duration::from_secs(seconds) {
        let ready = ask(running.port, "GET", "/readyz", &[], "").await;
        assert_eq!(ready.map(|reply| reply.status), Some(200), "it is not ready though it takes orders");
        sleep(Duration::from_millis(500)).await;
    }
    let over = Instant::now();
    script_aside("kafka", vec![back.to_owned()]).await;
    let newest = database.count("select max(position) from outbox").await;
    let drained = until("the outbox empty of what waited", Duration::from_secs(90), async || {
        let waits = "select count(*) from outbox where published_at is null and position <= $1";
        let waits = sqlx::query_scalar::<_, i64>(waits).bind(newest).fetch_one(database.shop.store().pool());
        waits.await.unwrap() == 0
    })
    .await;
    let placed = paced.end().await;
    running.settled().await;
    running.stop();

    let before = p99(placed.iter().filter(|order| order.began + order.took < began));
    let during = p99(placed.iter().filter(|order| order.began > gone && order.began < over));
    let failed: Vec<_> = placed.iter().filter(|order| order.status != Some(201)).collect();
    report(&format!(
        "outage, {away}: {seconds} s without the broker; {} orders, {} failed; p99 {before:?} before, {during:?} without it; \
         what waited was published {drained:?} after it was back",
        placed.len(),
        failed.len(),
    ));
    assert!(failed.is_empty(), "{failed:?}");
    // Nobody sets items aside meanwhile, and so few wait for it. What else the machine does is no fault of the shop's.
    let most = (before * 3 / 2).max(on_a_busy_machine(1));
    assert!(during <= most, "an order took {during:?} without the broker, {before:?} with it");
    assert!(drained <= DRAINED, "what waited was published {drained:?} after the broker was back");
    assert_eq!(database.count(DEAD).await, 0, "dead letters");
    check(&database, &told(&placed)).await;
    database.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outage_of_a_broker_that_stands_still_fails_no_order() {
    let _turn = turn().await;
    outage("pause", "resume").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn outage_of_a_broker_that_was_killed_fails_no_order() {
    let _turn = turn().await;
    outage("kill", "start").await;
}
