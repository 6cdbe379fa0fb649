//! T-17: a broker whose disk is full, and a topic that may not be written. What is not taken stays in the outbox, metrics tell
//! of it, and nobody turns in circles meanwhile.

use std::time::Duration;

use reqwest::Client;
use tokio::time::sleep;

use crate::harness::TestShop;
use crate::members::Fleet;
use crate::prometheus::{Prometheus, TIMES};
use crate::shopper::{Placed, Shopper, told};
use crate::{DEAD, SharedBroker, UNPUBLISHED, brokers, check, forget, open_shop, report, script_aside, turn, until};

const WORKER: usize = 1;

/// More than in peace, within ten seconds.
const SPENT: Duration = Duration::from_secs(1);
const LOOKED: Duration = Duration::from_secs(10);

/// Nothing takes this long, not even on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

pub async fn kafka(words: &[&str]) -> String {
    script_aside("kafka", words.iter().map(|word| (*word).to_owned()).collect()).await
}

/// What a process has had of the machine, in hundredths of a second: user's and kernel's, the 14th and 15th of its numbers.
fn used(id: u32) -> Duration {
    let told = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let (_, numbers) = told.rsplit_once(") ").unwrap();
    let ticks = numbers.split(' ').skip(11).take(2).map(|text| text.parse::<u64>().unwrap()).sum::<u64>();
    Duration::from_millis(ticks * 10)
}

/// How much of it the worker takes within ten seconds.
async fn spent(fleet: &Fleet) -> Duration {
    let before = used(fleet.id(WORKER));
    sleep(LOOKED).await;
    used(fleet.id(WORKER)) - before
}

/// What the worker tells of the whole shop.
async fn metric(fleet: &Fleet, name: &str) -> u64 {
    let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
    let text = client.get(fleet.metrics(WORKER)).send().await.unwrap().text().await.unwrap();
    let told = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    told.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no {name} in {text}"))
}

async fn end(what: &str, fleet: Fleet, database: TestShop, placed: &[Placed], cpu: [Duration; 2]) {
    fleet.seen.settled().await;
    fleet.stop().await;
    let [peace, trouble] = cpu;
    report(&format!(
        "produce, {what}: within {LOOKED:?} the worker took {trouble:?} of the processor, {peace:?} in peace"
    ));
    assert!(trouble <= peace + SPENT, "it turned in circles: {trouble:?}, {peace:?} in peace");
    let failed: Vec<_> = placed.iter().filter(|order| order.status != Some(201)).collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert_eq!(database.count(DEAD).await, 0, "dead letters");
    check(&database, &told(placed)).await;
    database.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn produce_on_a_full_disk_keeps_every_event_and_turns_in_no_circles() {
    let _turn = turn().await;
    let database = open_shop().await;
    let fleet = Fleet::start(&database, &brokers(), 1, 1).await;
    let shopper = Shopper::register(&database, fleet.seen.port, "carl").await;
    let mut placed = shopper.place_together(5).await;
    fleet.seen.settled().await;
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.has_none_of(&["ShopRelayStuck"]).await;
    let peace = spent(&fleet).await;
    let _shared = SharedBroker;
    kafka(&["full"]).await;
    placed.extend(shopper.place_together(5).await);
    assert!(database.count(UNPUBLISHED).await >= 5, "their events went somewhere");
    until("told", LONGEST, async || metric(&fleet, "shop_outbox_events").await >= 5).await;
    prometheus.fires("ShopRelayStuck", &[]).await;
    let trouble = spent(&fleet).await;
    // There is place again.
    kafka(&["start"]).await;
    end("full disk", fleet, database, &placed, [peace, trouble]).await;
}

/// Another broker than the one that all share, which asks who may do what; gone with the test.
pub struct Guarded {
    pub address: String,
    /// How a shop goes there: as somebody who may do everything until something is forbidden.
    pub settings: Vec<(&'static str, String)>,
}

impl Guarded {
    pub async fn start() -> Self {
        let mut guarded = Self { address: String::new(), settings: Vec::new() };
        kafka(&["guarded", "start"]).await;
        let said = kafka(&["guarded", "secure"]).await;
        let [address, ca_file, user, password] = said.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("{said}")
        };
        address.clone_into(&mut guarded.address);
        guarded.settings = vec![
            ("KAFKA_SECURITY_PROTOCOL", "SASL_SSL".to_owned()),
            ("KAFKA_CA_FILE", ca_file.to_owned()),
            ("KAFKA_USERNAME", user.to_owned()),
            ("KAFKA_PASSWORD", password.to_owned()),
        ];
        guarded
    }

    /// One process of each kind that go there, and somebody whose five orders have had their effect.
    pub async fn fleet_with_orders(&self, database: &TestShop) -> (Fleet, Shopper, Vec<Placed>) {
        let fleet = Fleet::start_with(database, &self.address, (1, 1), &self.settings, None).await;
        let shopper = Shopper::register(database, fleet.seen.port, "carl").await;
        let placed = shopper.place_together(5).await;
        fleet.seen.settled().await;
        (fleet, shopper, placed)
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        forget("kafka", &["guarded", "forget"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn produce_without_permission_keeps_what_may_not_go_and_turns_in_no_circles() {
    let _turn = turn().await;
    let guarded = Guarded::start().await;
    let database = open_shop().await;
    let (fleet, shopper, mut placed) = guarded.fleet_with_orders(&database).await;
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.has_none_of(&["ShopEventsHeld"]).await;
    let peace = spent(&fleet).await;
    let topic = format!("{}order.created", fleet.prefix);
    kafka(&["guarded", "forbid", "write", &topic]).await;
    placed.extend(shopper.place_together(5).await);
    until("told", LONGEST, async || metric(&fleet, "shop_outbox_held_events").await == 5).await;
    // What has nothing to do with these orders goes.
    Shopper::register(&database, fleet.seen.port, "dora").await;
    until("what may go gone", LONGEST, async || database.count(UNPUBLISHED).await == 5).await;
    prometheus.fires("ShopEventsHeld", &[]).await;
    let trouble = spent(&fleet).await;
    kafka(&["guarded", "permit", &topic]).await;
    end("no permission", fleet, database, &placed, [peace, trouble]).await;
}
