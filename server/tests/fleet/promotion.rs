//! PostgreSQL dies under load, and the standby that had all it committed takes its place. Before both stands a proxy that
//! asks which of them is written to; the shop knows one address.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

use crate::harness::TestShop;
use crate::load::Load;
use crate::program::free_port;
use crate::proxy::Proxy;
use crate::shop::RunningShop;
use crate::{brokers, check, fill, forget, last_failure, report, script_aside, seed, turn};

/// After a promotion nobody is turned away for longer.
const TURNED_AWAY: Duration = Duration::from_secs(5);

const FOLLOWED: &str = "select count(*) from pg_stat_replication where sync_state = 'sync'";

/// The folder of a server that keeps what it has committed, gone with the test.
struct Server(String);

impl Server {
    async fn control(&self, verb: &str, more: &[&str]) -> String {
        let words = [&[verb, "run", "--data", &self.0][..], more].concat();
        script_aside("postgres", words.iter().map(|word| (*word).to_owned()).collect()).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        forget("postgres", &["forget", "run", "--data", &self.0]);
    }
}

struct Pair {
    first: Server,
    second: Server,
    proxy: Proxy,
    /// Where the second one will be.
    port: u16,
}

impl Pair {
    /// The first of them; the other one has a place already, and is started by `start_standby`.
    async fn start(name: &str) -> Self {
        let [first, second] = ["first", "second"].map(|which| {
            let folder = std::env::temp_dir().join(format!("shop-pair-{}-{name}-{which}", std::process::id()));
            Server(folder.display().to_string())
        });
        let url = first.control("start", &[]).await;
        let (_, own) = url.strip_suffix("/shop").unwrap().rsplit_once(':').unwrap();
        let port = free_port();
        let proxy = Proxy::before_postgres(free_port(), &[own.parse().unwrap(), port]).await;
        proxy.has(1).await;
        Self { first, second, proxy, port }
    }

    fn url(&self) -> String {
        format!("postgres://shop@127.0.0.1:{}/shop", self.proxy.port)
    }

    /// From here on nothing is committed that the second one does not have.
    async fn start_standby(&self, shop: &TestShop) {
        self.second.control("replica", &["--of", &self.first.0, "--port", &self.port.to_string()]).await;
        shop.execute("alter system set synchronous_standby_names = '*'").await;
        shop.execute("select pg_reload_conf()").await;
        let followed = async {
            while shop.count(FOLLOWED).await == 0 {
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(Duration::from_secs(30), followed).await.expect("the standby has what is committed");
    }
}

async fn promote(mode: &str, brokers: Option<&str>) {
    let seed = seed();
    report(&format!("promotion, {mode}: seed {seed}"));
    let pair = Pair::start(mode).await;
    let database = TestShop::open_on(pair.url()).await;
    fill(&database).await;
    pair.start_standby(&database).await;
    let running = RunningShop::start(&database, brokers, seed).await;
    let load = Load::start(&database, running.port, seed).await;
    running.first_reservation(Instant::now()).await;
    sleep(Duration::from_secs(2)).await;

    let died = Instant::now();
    pair.first.control("kill", &[]).await;
    pair.second.control("promote", &[]).await;
    let promoted = Instant::now();
    let ready = running.ready(promoted).await;
    let reserving = running.first_reservation(promoted).await;
    // Long enough for whoever would still be turned away.
    sleep(TURNED_AWAY).await;
    running.first_reservation(Instant::now()).await;

    let told = load.end().await;
    running.settled().await;
    running.stop();
    let last = last_failure(&told, promoted);
    report(&format!(
        "promotion, {mode}: promoted {:?} after the other died; {} orders told, {} paid; {} calls failed, the last {last:?} \
         after the promotion; ready after {ready:?}, reserving after {reserving:?}",
        promoted - died,
        told.placed.len(),
        told.paid.len(),
        told.failed.len(),
    ));
    assert!(!told.failed.is_empty(), "nobody noticed: nothing died");
    let others: Vec<_> = told.failed.iter().filter(|(at, status)| *at < died || *status != Some(503)).collect();
    assert!(others.is_empty(), "failed before it died, or with another answer than 503: {others:?}");
    assert!(last <= TURNED_AWAY, "the last was turned away {last:?} after the promotion");
    check(&database, &told).await;
    database.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn promotion_loses_no_order_that_was_acknowledged() {
    let _turn = turn().await;
    promote("embedded", None).await;
    promote("kafka", Some(&brokers())).await;
}
