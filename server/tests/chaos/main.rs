//! SIGKILL under load: whatever dies in the middle of whatever, the books balance and what a customer was told holds.
//!
//! Real processes of the release's code paths: `serve` alone, and `web` with `worker` behind Kafka. `CHAOS_KILLS` (3) in
//! each mode, for each of `CHAOS_SEEDS` (1) seeds, which begin at `CHAOS_SEED` (the time, printed). `CHAOS_CRASHES` (2) of
//! the database likewise. For `STOP_SECONDS` (8) a mail server stands still. `SLOW_CLIENTS` (20) hold connections open.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by failing")]

#[path = "../../../src/tests/harness.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod harness;
mod load;
mod mail;
#[path = "../../../src/tests/mail_server.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod mail_server;
mod migrations;
mod outages;
mod payments;
mod points;
#[path = "../common/program.rs"]
mod program;
mod restore;
#[path = "../../../src/tests/s3_server.rs"]
mod s3_server;
mod shop;
mod slow_clients;

use std::io::Write;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep};

use harness::TestShop;
use load::Load;
use shop::RunningShop;

/// Each has whole processes, and limits that two at once would not keep.
async fn turn() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
    ONE_AT_A_TIME.lock().await
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn seeds() -> impl Iterator<Item = u64> {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let first = number("CHAOS_SEED", now);
    first..first + number("CHAOS_SEEDS", 1)
}

/// Said also by a test that passes: what `eprintln!` says would be kept back.
fn report(line: &str) {
    std::io::stderr().write_all(format!("chaos: {line}\n").as_bytes()).unwrap();
}

fn median_and_most(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort();
    (times[times.len() / 2], *times.last().unwrap())
}

async fn storm(mode: &str, brokers: Option<String>) {
    let _turn = turn().await;
    for seed in seeds() {
        let kills = number("CHAOS_KILLS", 3);
        report(&format!("{mode}: {kills} kills, seed {seed}"));
        let mut random = StdRng::seed_from_u64(seed);
        let database = TestShop::open().await;
        database
            .stock_shelves(&[("MUG", "24.00", 1_000_000), ("BOWL", "31.50", 1_000_000), ("VASE", "80.00", 40)])
            .await;
        let mut running = RunningShop::start(&database, brokers.as_deref(), seed).await;
        let load = Load::start(&database, running.port, seed).await;
        running.first_reservation(Instant::now()).await;
        let (mut ready, mut reserving) = (Vec::new(), Vec::new());
        for _ in 0..kills {
            sleep(Duration::from_millis(random.random_range(50..1500))).await;
            let killed = Instant::now();
            running.kill_and_restart(&mut random);
            ready.push(running.ready(killed).await);
            reserving.push(running.first_reservation(killed).await);
        }
        let told = load.end().await;
        running.settled().await;
        running.stop();
        told.check(&database).await;
        database.check_books().await;
        database.check_books_at_the_end().await;
        let (ready, reserving) = (median_and_most(ready), median_and_most(reserving));
        report(&format!(
            "{mode}: {} orders told, {} paid, {} cancelled, {} calls failed; ready after {ready:?}, reserving after {reserving:?} (median, most)",
            told.placed.len(),
            told.paid.len(),
            told.cancelled.len(),
            told.failed.len(),
        ));
        let limit = Duration::from_millis(number("CHAOS_LIMIT_MS", 10_000));
        assert!(reserving.0 <= limit, "half of the restarts took longer than {limit:?}");
        database.done().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_in_one_process_survives_being_killed() {
    storm("embedded", None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_of_web_and_worker_behind_kafka_survives_being_killed() {
    let brokers = std::env::var("TEST_KAFKA_BROKERS").expect("TEST_KAFKA_BROKERS: run the tests with `make test`");
    storm("kafka", Some(brokers)).await;
}
