//! The same load through PgBouncer in session mode, past which only the relay goes; and PgBouncer dies.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::load::Load;
use crate::pgbouncer::Pooler;
use crate::shop::RunningShop;
use crate::{brokers, check, last_failure, number, open_shop, report, seed, turn};

/// After it is back nobody is turned away for longer.
const TURNED_AWAY: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn pooler_fails_no_call_and_one_that_dies_costs_no_order() {
    let _turn = turn().await;
    let seed = seed();
    report(&format!("pooler: seed {seed}"));
    let database = open_shop().await;
    let mut pooler = Pooler::before(&database.url, "session").await;
    let more = [("DATABASE_URL", pooler.url.clone()), ("DATABASE_DIRECT_URL", database.url.clone())];
    let running = RunningShop::start_with(&database, Some(&brokers()), seed, &more).await;
    let load = Load::start(&database, running.port, seed).await;
    running.first_reservation(Instant::now()).await;
    sleep(Duration::from_secs(number("FLEET_SECONDS", 10))).await;

    let died = Instant::now();
    pooler.kill_and_restart().await;
    let back = Instant::now();
    let (ready, reserving) = (running.ready(back).await, running.first_reservation(back).await);
    sleep(TURNED_AWAY).await;
    running.first_reservation(Instant::now()).await;

    let told = load.end().await;
    running.settled().await;
    running.stop();
    let last = last_failure(&told, back);
    report(&format!(
        "pooler: {} orders told, {} paid; {} calls failed when it died, the last {last:?} after it was back; ready after \
         {ready:?}, reserving after {reserving:?}",
        told.placed.len(),
        told.paid.len(),
        told.failed.len(),
    ));
    let others: Vec<_> = told.failed.iter().filter(|(at, status)| *at < died || *status != Some(503)).collect();
    assert!(others.is_empty(), "failed before it died, or with another answer than 503: {others:?}");
    assert!(last <= TURNED_AWAY, "the last was turned away {last:?} after it was back");
    check(&database, &told).await;
    database.done().await;
}
