//! Every process of a fleet is replaced under load: three that answer requests behind a proxy, two that work. Nobody notices.

use std::time::Duration;

use tokio::time::Instant;

use crate::harness::TestShop;
use crate::load::Load;
use crate::members::Fleet;
use crate::visitor::Visitor;
use crate::{brokers, check, longest_wait, number, open_shop, report, seed, turn};

/// A worker's share is taken over, or it is back, before anybody gives up on their order.
const WAITED: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn rolling_restart_fails_no_request_and_loses_no_session() {
    let _turn = turn().await;
    let (seed, rounds) = (seed(), number("FLEET_ROUNDS", 2));
    report(&format!("rolling: every process of five, {rounds} times, seed {seed}"));
    let database = open_shop().await;
    let mut fleet = Fleet::start(&database, &brokers(), 3, 2).await;
    let load = Load::start(&database, fleet.seen.port, seed).await;
    let visitor = Visitor::start(fleet.seen.port).await;
    fleet.seen.first_reservation(Instant::now()).await;
    let mut replaced = Duration::ZERO;
    let size = fleet.size();
    for place in (0..rounds).flat_map(|_| 0..size) {
        let began = Instant::now();
        fleet.replace(place).await;
        replaced = replaced.max(began.elapsed());
        fleet.seen.first_reservation(Instant::now()).await;
    }
    let what = format!("rolling: a process was replaced within {replaced:?}");
    end_unnoticed(&what, &database, fleet, load, visitor).await;
    database.done().await;
}

/// Ends all of it, after processes were replaced, and reports: no call and no page failed, nobody was signed out, and no order
/// waited for long.
pub async fn end_unnoticed(what: &str, database: &TestShop, fleet: Fleet, load: Load, visitor: Visitor) {
    let (told, seen) = (load.end().await, visitor.end().await);
    fleet.seen.settled().await;
    fleet.stop().await;
    let waited = longest_wait(database).await;
    report(&format!(
        "{what}; {} orders told, {} paid, {} cancelled, {} pages; {} calls and {} pages failed; the slowest order waited \
         {waited:?} for its items",
        told.placed.len(),
        told.paid.len(),
        told.cancelled.len(),
        seen.pages,
        told.failed.len(),
        seen.failed.len(),
    ));
    assert!(told.failed.is_empty(), "{:?}", told.failed);
    assert!(seen.failed.is_empty() && seen.pages > 0, "{seen:?}");
    assert!(waited <= WAITED, "an order waited {waited:?} for its items");
    check(database, &told).await;
}
