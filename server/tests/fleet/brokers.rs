//! Three brokers that each keep a copy of everything; one after the other is killed under load and comes back.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::harness::TestShop;
use crate::load::Load;
use crate::shop::RunningShop;
use crate::{check, forget, longest_wait, open_shop, report, script_aside, seed, turn};

const PREFIX: &str = "fleet.";

/// The others have taken over what the killed one led before anybody gives up on their order. What was on its way to it when it
/// died goes to whoever leads next, which the relay hears within a second.
const WAITED: Duration = Duration::from_secs(30);

/// Gone with the test.
struct Cluster {
    brokers: String,
}

impl Cluster {
    async fn start() -> Self {
        script_aside("kafka", words(&["cluster", "forget"])).await;
        // Before anything is started, so that whatever is started is ended.
        let mut cluster = Self { brokers: String::new() };
        script_aside("kafka", words(&["cluster", "start"])).await;
        cluster.brokers = script_aside("kafka", words(&["cluster", "address"])).await;
        cluster
    }

    async fn control(&self, asked: &[&str]) -> String {
        script_aside("kafka", words(&[&["cluster"][..], asked].concat())).await
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        forget("kafka", &["cluster", "forget"]);
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// Where in its partition each event lies, or lies first if it was sent twice: `Partition:3  Offset:7  ce_id:…,…  key`.
fn first_places(read: &str) -> BTreeMap<Uuid, (i32, i64)> {
    let mut places: BTreeMap<Uuid, (i32, i64)> = BTreeMap::new();
    for line in read.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        let [partition, offset, headers, ..] = fields[..] else { panic!("{line}") };
        let number = |field: &str, name: &str| field.strip_prefix(name).and_then(|text| text.parse::<i64>().ok());
        let id = headers.split(',').find_map(|header| header.strip_prefix("ce_id:"));
        let partition = number(partition, "Partition:").and_then(|partition| i32::try_from(partition).ok());
        let (Some(partition), Some(offset), Some(id)) = (partition, number(offset, "Offset:"), id) else {
            panic!("{line}")
        };
        let first = places.entry(id.parse().unwrap()).or_insert((partition, offset));
        assert_eq!(first.0, partition, "one event in two partitions");
        first.1 = first.1.min(offset);
    }
    places
}

/// Every event of the shop lies on its topic, none lies there that it does not have, and those of one aggregate lie in the
/// order in which they happened.
async fn check_topics(shop: &TestShop, read: &str) {
    let events: Vec<(Uuid, String, String)> =
        sqlx::query_as("select event_id, topic, key from outbox order by position")
            .fetch_all(shop.shop.store().pool())
            .await
            .unwrap();
    let dead = events.iter().filter(|(_, topic, _)| topic.ends_with(".dlq")).count();
    assert_eq!(dead, 0, "dead letters");
    let places = first_places(read);
    let lost: Vec<_> = events.iter().filter(|(id, ..)| !places.contains_key(id)).collect();
    assert!(lost.is_empty(), "{} of {} events are lost: {lost:?}", lost.len(), events.len());
    let known: BTreeSet<_> = events.iter().map(|(id, ..)| id).collect();
    assert!(places.keys().all(|id| known.contains(id)), "events that never were");
    let (mut before, mut followed) = (BTreeMap::new(), 0);
    for (id, topic, key) in &events {
        let place = places[id];
        if let Some(earlier) = before.insert((topic, key), place) {
            assert!(earlier < place, "{id} of {key} in {topic} lies at {place:?}, an earlier one at {earlier:?}");
            followed += 1;
        }
    }
    assert!(followed > 0, "no aggregate has two events on one topic: their order is not seen");
    report(&format!("brokers: {} events, {followed} of them behind another of their aggregate", events.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn brokers_that_are_killed_lose_no_event_and_fail_no_checkout() {
    let _turn = turn().await;
    let seed = seed();
    report(&format!("brokers: each of three is killed, seed {seed}"));
    let cluster = Cluster::start().await;
    let database = open_shop().await;
    let more = [("KAFKA_REPLICATION", "3".to_owned()), ("KAFKA_TOPIC_PREFIX", PREFIX.to_owned())];
    let running = RunningShop::start_with(&database, Some(&cluster.brokers), seed, &more).await;
    let load = Load::start(&database, running.port, seed).await;
    running.first_reservation(Instant::now()).await;
    for broker in ["1", "2", "3"] {
        sleep(Duration::from_secs(1)).await;
        cluster.control(&["kill", broker]).await;
        // Longer than the others take to know.
        sleep(Duration::from_secs(4)).await;
        running.first_reservation(Instant::now()).await;
        cluster.control(&["start", broker]).await;
        cluster.control(&["whole"]).await;
    }
    let told = load.end().await;
    running.settled().await;
    running.stop();
    let read = cluster.control(&["read", PREFIX]).await;
    let waited = longest_wait(&database).await;
    report(&format!(
        "brokers: {} orders told, {} paid, {} cancelled, {} calls failed; the slowest order waited {waited:?} for its items",
        told.placed.len(),
        told.paid.len(),
        told.cancelled.len(),
        told.failed.len(),
    ));
    assert!(told.failed.is_empty(), "{:?}", told.failed);
    assert!(waited <= WAITED, "an order waited {waited:?} for its items");
    check_topics(&database, &read).await;
    check(&database, &told).await;
    database.done().await;
}
