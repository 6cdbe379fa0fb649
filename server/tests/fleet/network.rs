//! T-12: between the shop and PostgreSQL and Kafka lies a network that is slow, breaks connections off, and is silent.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::harness::TestShop;
use crate::load::Load;
use crate::shop::RunningShop;
use crate::toxiproxy::Network;
use crate::{check, number, on_a_busy_machine, open_shop, report, script_aside, seed, turn};

/// Nobody waits longer for an answer: the row's limit, and seconds that a busy machine is given besides.
const ANSWERED: Duration = Duration::from_secs(15);
const BUSY: u64 = 2;

const ABANDONED: &str = "select count(*) from pg_stat_activity where datname = current_database()
    and state like 'idle in transaction%' and state_change < now() - interval '1 s'";

const BOTH: &[&str] = &["postgres", "kafka"];

struct Phase {
    what: &'static str,
    began: Instant,
    over: Instant,
    reserving: Duration,
}

impl Phase {
    fn contains(&self, at: Instant) -> bool {
        self.began <= at && at <= self.over
    }
}

async fn slow(network: &Network, seconds: u64) {
    for way in BOTH {
        // There and back.
        network.disturb(way, "latency", &json!({"latency": 100}), 1.0).await;
    }
    sleep(Duration::from_secs(seconds)).await;
    network.calm().await;
}

/// Once a second for whoever is in the middle of something, and of five new ones for one.
async fn breaking(network: &Network, seconds: u64) {
    for _ in 0..seconds {
        for way in BOTH {
            network.disturb(way, "reset_peer", &json!({"timeout": 0}), 0.2).await;
        }
        sleep(Duration::from_millis(500)).await;
        network.calm().await;
        sleep(Duration::from_millis(500)).await;
    }
}

/// Connections stand and are taken, and nothing comes.
async fn silent(network: &Network, way: &str, seconds: u64) {
    network.disturb(way, "timeout", &json!({"timeout": 0}), 1.0).await;
    sleep(Duration::from_secs(seconds)).await;
    network.calm().await;
}

/// The shop, as far as it knows only ways that may be disturbed.
async fn start(database: &TestShop, network: &Network, seed: u64) -> RunningShop {
    let url = network.carry_database(&database.url).await;
    // Clients of this listener are told of the second port, where the network is.
    let kafka = script_aside("kafka", vec!["proxied".to_owned()]).await;
    let (listens, told) = kafka.split_once(' ').unwrap();
    network.carry("kafka", told.parse().unwrap(), listens.parse().unwrap()).await;
    let more = [("DATABASE_URL", url)];
    RunningShop::start_with(database, Some(&format!("127.0.0.1:{told}")), seed, &more).await
}

#[tokio::test(flavor = "multi_thread")]
async fn network_that_is_slow_breaks_off_or_is_silent_costs_no_order_and_hangs_nobody() {
    let _turn = turn().await;
    let (seed, disturbed, silence) = (seed(), number("FLEET_SECONDS", 10), number("SILENCE_SECONDS", 30));
    report(&format!("network: slow and breaking for {disturbed} s each, silent for {silence} s, seed {seed}"));
    let network = Network::open().await;
    let database = open_shop().await;
    let running = start(&database, &network, seed).await;
    let load = Load::start(&database, running.port, seed).await;
    running.first_reservation(Instant::now()).await;
    let mut phases = Vec::new();
    for what in ["slow", "breaking", "PostgreSQL is silent", "Kafka is silent"] {
        let began = Instant::now();
        match what {
            "slow" => slow(&network, disturbed).await,
            "breaking" => breaking(&network, disturbed).await,
            "PostgreSQL is silent" => silent(&network, "postgres", silence).await,
            _ => silent(&network, "kafka", silence).await,
        }
        let calm = Instant::now();
        running.ready(calm).await;
        let reserving = running.first_reservation(calm).await;
        phases.push(Phase { what, began, over: Instant::now(), reserving });
    }
    let told = load.end().await;
    running.settled().await;
    assert_eq!(database.count(ABANDONED).await, 0);
    running.stop();

    report(&format!(
        "network: {} orders told, {} paid, {} cancelled; the longest call took {:?}",
        told.placed.len(),
        told.paid.len(),
        told.cancelled.len(),
        told.longest,
    ));
    for phase in &phases {
        let failed = told.failed.iter().filter(|(at, _)| phase.contains(*at)).count();
        let Phase { what, reserving, .. } = phase;
        report(&format!("network: {what}: {failed} calls failed; reserving {reserving:?} after it was over"));
        // The shop does not need Kafka to take orders, and cannot take any without its database.
        match *what {
            "PostgreSQL is silent" => assert!(failed > 0, "nobody noticed: nothing was silent"),
            "Kafka is silent" => assert_eq!(failed, 0, "calls failed for want of Kafka"),
            _ => {}
        }
    }
    let others: Vec<_> = told.failed.iter().filter(|(_, status)| *status != Some(503)).collect();
    assert!(others.is_empty(), "no answer, or another one than 503: {others:?}");
    assert!(told.longest <= ANSWERED + on_a_busy_machine(BUSY), "a call took {:?}", told.longest);
    check(&database, &told).await;
    database.done().await;
}
