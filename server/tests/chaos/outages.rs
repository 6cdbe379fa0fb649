//! PostgreSQL crashes under load, and comes back.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::harness::TestShop;
use crate::load::Load;
use crate::shop::RunningShop;
use crate::{median_and_most, number, report, seeds, turn};

/// A server of its own that keeps what it has committed, gone with the test.
pub struct Server {
    pub folder: PathBuf,
    pub url: String,
}

impl Server {
    pub fn start(name: impl Display) -> Self {
        Self::open(std::env::temp_dir().join(format!("shop-outages-{}-{name}", std::process::id())))
    }

    /// On data that may be there already.
    pub fn open(folder: PathBuf) -> Self {
        let url = script("start", &folder);
        Self { folder, url }
    }

    pub async fn control(&self, verb: &'static str) {
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || script(verb, &folder)).await.unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        script("forget", &self.folder);
    }
}

fn script(verb: &str, folder: &Path) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../scripts/postgres");
    let output = Command::new(path).args([verb, "run", "--data"]).arg(folder).output().unwrap();
    assert!(output.status.success(), "{verb}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_crashes_under_load_costs_no_order_that_was_acknowledged() {
    let _turn = turn().await;
    let brokers = std::env::var("TEST_KAFKA_BROKERS").expect("TEST_KAFKA_BROKERS: run the tests with `make test`");
    for (seed, brokers) in seeds().flat_map(|seed| [(seed, None), (seed, Some(brokers.as_str()))]) {
        let mode = if brokers.is_some() { "kafka" } else { "embedded" };
        let server = Server::start(seed);
        let database = TestShop::open_on(server.url.clone()).await;
        database
            .stock_shelves(&[("MUG", "24.00", 1_000_000), ("BOWL", "31.50", 1_000_000), ("VASE", "80.00", 40)])
            .await;
        let running = RunningShop::start(&database, brokers, seed).await;
        let load = Load::start(&database, running.port, seed).await;
        running.first_reservation(Instant::now()).await;
        let limit = Duration::from_secs(number("CHAOS_CRASH_LIMIT_S", 10));
        let (mut crashes, mut ready, mut reserving) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..number("CHAOS_CRASHES", 2) {
            sleep(Duration::from_millis(700)).await;
            let died = Instant::now();
            server.control("kill").await;
            server.control("start").await;
            let back = Instant::now();
            crashes.push(died..=back + limit);
            ready.push(running.ready(back).await);
            reserving.push(running.first_reservation(back).await);
        }
        let told = load.end().await;
        running.settled().await;
        let abandoned = "select count(*) from pg_stat_activity where datname = current_database()
            and state like 'idle in transaction%' and state_change < now() - interval '1 s'";
        assert_eq!(database.count(abandoned).await, 0);
        running.stop();
        told.check(&database).await;
        database.done().await;
        let (ready, reserving) = (median_and_most(ready), median_and_most(reserving));
        report(&format!(
            "{mode}: the database crashed; {} orders told, {} paid, {} calls failed; ready after {ready:?}, reserving after {reserving:?} (median, most)",
            told.placed.len(),
            told.paid.len(),
            told.failed.len(),
        ));
        assert!(reserving.1 <= limit, "{reserving:?}");
        let of_a_crash = |at: &Instant| crashes.iter().any(|crash| crash.contains(at));
        let others: Vec<_> =
            told.failed.iter().filter(|(at, status)| !of_a_crash(at) || *status != Some(503)).collect();
        assert!(others.is_empty(), "failed in peace, or with another answer than 503: {others:?}");
    }
}
