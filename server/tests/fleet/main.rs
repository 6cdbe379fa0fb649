//! Many processes, and what stands before, between and behind them: HAProxy, PgBouncer, a network, a standby, brokers. While
//! customers order, pay and cancel, one after the other is replaced, promoted, stopped, silenced or killed, and nobody loses
//! anything by it.
//!
//! `make fleet` runs these; `scripts/fleet rolling` one of them, and says what they are; `make soak` the one that takes long.
//! Random is what customers do, by `FLEET_SEED` (the time, printed). The other variables stand in `scripts/fleet`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by failing")]

mod alerts;
mod brokers;
mod disconnects;
#[path = "../../../src/tests/harness.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod harness;
#[path = "../chaos/load.rs"]
mod load;
mod members;
mod network;
mod outage;
#[path = "../../../src/tests/pgbouncer.rs"]
mod pgbouncer;
mod pooler;
mod produce;
#[path = "../common/program.rs"]
mod program;
mod prometheus;
mod promotion;
mod proxy;
mod rebalance;
mod relay;
mod rolling;
#[path = "../chaos/shop.rs"]
#[expect(dead_code, reason = "these tests need a part of what those of crashes need")]
mod shop;
mod shopper;
mod soak;
mod stopping;
mod toxiproxy;
mod upgrade;
mod visitor;

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, timeout};

use harness::TestShop;
use load::Acknowledged;

/// Each has whole processes, and limits that two at once would not keep.
async fn turn() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());
    ONE_AT_A_TIME.lock().await
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// What is added to a row's limit, for a machine that does something else as well; nothing with `FLEET_QUIET=1`.
fn on_a_busy_machine(seconds: u64) -> Duration {
    Duration::from_secs(if number("FLEET_QUIET", 0) > 0 { 0 } else { seconds })
}

fn seed() -> u64 {
    number("FLEET_SEED", std::time::UNIX_EPOCH.elapsed().unwrap().as_secs())
}

/// Said also by a test that passes: what `eprintln!` says would be kept back.
fn report(line: &str) {
    std::io::stderr().write_all(format!("fleet: {line}\n").as_bytes()).unwrap();
}

/// The one broker that all tests share.
fn brokers() -> String {
    std::env::var("TEST_KAFKA_BROKERS").expect("TEST_KAFKA_BROKERS: run these with `make fleet`")
}

/// For whoever takes it away: it is back at the end of a test that failed, too.
struct SharedBroker;

impl Drop for SharedBroker {
    fn drop(&mut self) {
        if std::thread::panicking() {
            forget("kafka", &["kill"]);
            forget("kafka", &["start"]);
        }
    }
}

async fn open_shop() -> TestShop {
    let shop = TestShop::open().await;
    fill(&shop).await;
    shop
}

/// The vase is sold out before the end.
async fn fill(shop: &TestShop) {
    shop.stock_shelves(&[("MUG", "24.00", 1_000_000), ("BOWL", "31.50", 1_000_000), ("VASE", "80.00", 40)]).await;
}

/// A script of the project.
fn script(name: &str) -> Command {
    Command::new(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../scripts").join(name))
}

/// What it says, while others go on.
async fn script_aside(name: &'static str, words: Vec<String>) -> String {
    let output = spawn_blocking(move || (script(name).args(&words).output().unwrap(), words));
    let (output, words) = output.await.unwrap();
    assert!(output.status.success(), "{name} {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// At the end of a test, which may have failed already.
fn forget(name: &str, words: &[&str]) {
    match script(name).args(words).output() {
        Ok(output) if output.status.success() => {}
        other => report(&format!("{name} {words:?}: {other:?}")),
    }
}

/// How long after `since` somebody last had no answer, or one that was a fault of the shop's; nothing: all were well.
fn last_failure(told: &Acknowledged, since: Instant) -> Duration {
    told.failed.iter().map(|(at, _)| at.saturating_duration_since(since)).max().unwrap_or_default()
}

/// How long the slowest order waited until its items were set aside.
async fn longest_wait(shop: &TestShop) -> Duration {
    let waited = "select coalesce(extract(epoch from max(e.at - o.created_at)) * 1000, 0)::bigint
        from order_events e join orders o on o.id = e.order_id where e.kind = 'reserved'";
    Duration::from_millis(u64::try_from(shop.count(waited).await).unwrap())
}

/// Waits until it is so, and answers how long that took.
async fn until(what: &str, limit: Duration, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let began = Instant::now();
    let seen = timeout(limit, async {
        while !is_so().await {
            sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(seen.await.is_ok(), "not {what} after {limit:?}");
    began.elapsed()
}

/// What lies in wait for the relay.
const UNPUBLISHED: &str = "select count(*) from outbox where published_at is null";

/// Messages that somebody gave up on. Nobody should here: there are none that cannot be read.
const DEAD: &str = "select count(*) from outbox where topic like '%.dlq'";

/// Everything that was acknowledged is so, and the books balance, now and when all payments have an end.
async fn check(shop: &TestShop, told: &Acknowledged) {
    told.check(shop).await;
    shop.check_books().await;
    shop.check_books_at_the_end().await;
}
