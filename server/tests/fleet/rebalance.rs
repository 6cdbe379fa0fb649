//! T-14: under load a member joins the consumer groups and leaves them again every five seconds, and another one stands still
//! (SIGSTOP) for forty in the middle of it.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::load::Load;
use crate::members::Fleet;
use crate::{DEAD, brokers, check, longest_wait, number, on_a_busy_machine, open_shop, report, seed, turn};

const BETWEEN: Duration = Duration::from_secs(5);
const STALL: Duration = Duration::from_secs(40);

/// No order waits longer for its items: the row's limit, and seconds that a busy machine is given besides.
const WAITED: Duration = Duration::from_secs(12);
const BUSY: u64 = 8;

/// Behind one that answers and one that works all the while: one that comes and goes, and one that stands still.
const GOES: usize = 2;
const STALLS: usize = 3;

fn relays(fleet: &Fleet) -> usize {
    fleet.seen.logged().matches("this process relays events").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn rebalances_without_end_lose_no_event_and_repeat_no_effect() {
    let _turn = turn().await;
    let (seed, seconds) = (seed(), number("REBALANCE_SECONDS", 180));
    report(&format!("rebalance: a member comes or goes every {BETWEEN:?} for {seconds} s, seed {seed}"));
    let database = open_shop().await;
    let mut fleet = Fleet::start(&database, &brokers(), 1, 3).await;
    // So that the one that stays relays: what stands still here is a member of the groups, not the relay.
    for place in [GOES, STALLS] {
        fleet.end(place).await;
    }
    let load = Load::start(&database, fleet.seen.port, seed).await;
    fleet.seen.first_reservation(Instant::now()).await;
    let relaying = relays(&fleet);
    fleet.begin(STALLS);

    let (began, mut changes) = (Instant::now(), 0);
    let mut stalled: Option<Instant> = None;
    while began.elapsed() < Duration::from_secs(seconds) {
        if changes % 2 == 0 {
            fleet.begin(GOES);
        } else {
            fleet.end(GOES).await;
        }
        changes += 1;
        sleep(BETWEEN).await;
        if changes == 3 {
            fleet.signal(STALLS, "STOP");
            stalled = Some(Instant::now());
        }
        if stalled.is_some_and(|at| at.elapsed() >= STALL) {
            fleet.signal(STALLS, "CONT");
            stalled = None;
        }
    }
    if stalled.is_some() {
        fleet.signal(STALLS, "CONT");
    }
    let took = began.elapsed();

    let told = load.end().await;
    fleet.seen.settled().await;
    assert_eq!(relays(&fleet), relaying, "somebody else relays: it was not a member alone that stood still");
    fleet.stop().await;
    let (waited, events) = (longest_wait(&database).await, database.count("select count(*) from outbox").await);
    report(&format!(
        "rebalance: {changes} changes and a stall in {took:?}; {} orders told, {} paid, {events} events, {} calls failed; the \
         slowest order waited {waited:?} for its items",
        told.placed.len(),
        told.paid.len(),
        told.failed.len(),
    ));
    assert!(told.failed.is_empty(), "{:?}", told.failed);
    assert!(waited <= WAITED + on_a_busy_machine(BUSY), "an order waited {waited:?} for its items");
    assert_eq!(database.count(DEAD).await, 0, "dead letters");
    check(&database, &told).await;
    database.done().await;
}
