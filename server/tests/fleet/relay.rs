//! One process relays events, and another does when it dies (SIGKILL): of two workers each is killed in turn, twice, under load.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::{Instant, sleep, timeout};

use crate::load::Load;
use crate::members::Fleet;
use crate::{brokers, check, longest_wait, open_shop, report, seed, turn};

/// As T-15 says.
const TAKEN_OVER: Duration = Duration::from_secs(2);

/// The name of a worker among its consumer groups is a lock (`slot` in ASCII), which it takes when it begins to work.
const BOTH_WORK: &str = "select (count(distinct objid) = 2)::int::bigint from pg_locks
    where locktype = 'advisory' and granted and classid = 1936486260
        and database = (select oid from pg_database where datname = current_database())";

/// How long until an event is published that nobody knew of a moment ago.
async fn until_relayed(database: &PgPool) -> Duration {
    let newest = "select coalesce(max(position), 0) from outbox";
    let newest: i64 = sqlx::query_scalar(newest).fetch_one(database).await.unwrap();
    let began = Instant::now();
    let relayed = async {
        loop {
            let seen = "select exists (select from outbox where position > $1 and published_at is not null)";
            if sqlx::query_scalar::<_, bool>(seen).bind(newest).fetch_one(database).await.unwrap() {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(60), relayed).await.expect("somebody relays");
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn relay_that_is_killed_is_another_processs_within_seconds() {
    let _turn = turn().await;
    let seed = seed();
    report(&format!("relay: two workers, each killed twice, seed {seed}"));
    let database = open_shop().await;
    let mut fleet = Fleet::start(&database, &brokers(), 1, 2).await;
    let load = Load::start(&database, fleet.seen.port, seed).await;
    fleet.seen.first_reservation(Instant::now()).await;
    let mut taken_over = Vec::new();
    for place in [1, 2, 1, 2] {
        fleet.seen.until("both at work", BOTH_WORK).await;
        fleet.kill(place);
        taken_over.push(until_relayed(database.shop.store().pool()).await);
        fleet.begin(place);
        fleet.seen.first_reservation(Instant::now()).await;
    }
    let told = load.end().await;
    fleet.seen.settled().await;
    // The first one to begin, and whoever took over: all but the first kill are of the one that relays.
    let relays = fleet.seen.logged().matches("this process relays events").count();
    fleet.stop().await;
    let waited = longest_wait(&database).await;
    report(&format!(
        "relay: {} orders told, {} calls failed; taken over {relays} times, after {taken_over:?}; the slowest order waited \
         {waited:?} for its items",
        told.placed.len(),
        told.failed.len(),
    ));
    assert!(relays >= 4, "nobody had to take over: {relays}");
    assert!(taken_over.iter().all(|after| *after <= TAKEN_OVER), "{taken_over:?}");
    assert!(told.failed.is_empty(), "{:?}", told.failed);
    check(&database, &told).await;
    database.done().await;
}
