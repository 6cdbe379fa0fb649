//! The adapter with faults that a real broker shows seldom: against librdkafka's broker in this process, which does what
//! a test says.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rdkafka::Offset;
use rdkafka::consumer::Consumer as _;
use rdkafka::mocking::MockCluster;
use rdkafka::producer::{DefaultProducerContext, FutureProducer, FutureRecord, Producer as _};
use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::domain::{Consumer, Envelope, EventId};
use crate::usecase::{BoxFuture, Delivery, Error, Result};

use super::consumer::KafkaConsumer;
use super::handler::{Handler, Reasons};
use super::message::{Received, headers_of};
use super::{Kafka, KafkaPublisher, LagBoard};

type Cluster = MockCluster<'static, DefaultProducerContext>;

const TOPIC: &str = "inventory.updated";

fn cluster(partitions: i32) -> (Cluster, Kafka) {
    let cluster = MockCluster::new(1).unwrap();
    cluster.create_topic(TOPIC, partitions, 1).unwrap();
    let kafka = Kafka::new(cluster.bootstrap_servers());
    (cluster, kafka)
}

fn event(id: u128, key: &str) -> Envelope {
    Envelope {
        id: EventId(Uuid::from_u128(id)),
        topic: TOPIC.into(),
        key: key.into(),
        kind: "shop.inventory.updated.v1".into(),
        occurred_at: time::OffsetDateTime::UNIX_EPOCH,
        payload: "{}".into(),
        headers: Vec::new(),
    }
}

/// Puts an event where a test wants it.
async fn put(kafka: &Kafka, partition: i32, id: u128, key: &str) {
    put_together(kafka, partition, &[(id, key)]).await;
}

/// Puts events into one record batch, so that whoever reads the first has all of them at hand.
async fn put_together(kafka: &Kafka, partition: i32, events: &[(u128, &str)]) {
    let producer: FutureProducer = kafka.client().set("linger.ms", "200").create().unwrap();
    let sent = events.iter().map(|(id, key)| {
        let event = event(*id, key);
        let headers = headers_of(&event, None);
        let record = FutureRecord::to(TOPIC).partition(partition).key(&event.key).payload(&event.payload);
        producer.send_result(record.headers(headers)).map_err(|(cause, _)| cause).unwrap()
    });
    for answer in sent.collect::<Vec<_>>() {
        answer.await.unwrap().unwrap();
    }
}

/// A shop that cannot take some events yet, and for a while none at all.
#[derive(Default)]
struct Reluctant {
    /// How often an event is still to be held.
    held: Mutex<HashMap<u128, u32>>,
    outages: AtomicU32,
    done: Mutex<Vec<u128>>,
}

impl Reluctant {
    fn new(held: &[(u128, u32)], outages: u32) -> Arc<Self> {
        let held = Mutex::new(held.iter().copied().collect());
        Arc::new(Self { held, outages: AtomicU32::new(outages), done: Mutex::default() })
    }

    fn offer(&self, batch: &[Received]) -> Result<Reasons> {
        let left = |outages: u32| outages.checked_sub(1);
        if self.outages.try_update(Ordering::SeqCst, Ordering::SeqCst, left).is_ok() {
            return Err(Error::Unavailable(anyhow::anyhow!("nobody is there")));
        }
        let (mut reasons, mut keys) = (Reasons::new(), HashSet::new());
        for message in batch {
            let id = message.envelope.id.0.as_u128();
            let mut held = self.held.lock().unwrap();
            let times = held.entry(id).or_default();
            if keys.contains(&message.envelope.key) || *times > 0 {
                *times = times.saturating_sub(1);
                keys.insert(message.envelope.key.clone());
                reasons.insert(message.envelope.id, "not yet".to_owned());
            } else if !self.done.lock().unwrap().contains(&id) {
                self.done.lock().unwrap().push(id);
            }
        }
        Ok(reasons)
    }

    async fn until_done(&self, many: usize) -> Vec<u128> {
        let look = async {
            while self.done.lock().unwrap().len() < many {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let done = timeout(Duration::from_secs(30), look).await;
        let seen = self.done.lock().unwrap().clone();
        assert!(done.is_ok(), "only {seen:?}");
        seen
    }
}

impl Handler for Reluctant {
    fn handle<'a>(&'a self, batch: &'a [Received]) -> BoxFuture<'a, Result<Reasons>> {
        Box::pin(async move { self.offer(batch) })
    }
}

fn consumer(shop: &Arc<Reluctant>, kafka: &Kafka) -> KafkaConsumer {
    let handler: Arc<dyn Handler> = Arc::<Reluctant>::clone(shop);
    KafkaConsumer::with_handler(handler, Consumer::Orders, kafka.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_event_holds_its_partition_in_order_and_no_other() {
    let (_cluster, kafka) = cluster(2);
    let shop = Reluctant::new(&[(1, 5)], 2);
    put(&kafka, 0, 1, "a").await;
    put(&kafka, 0, 2, "a").await;
    put(&kafka, 1, 11, "b").await;
    let stop = CancellationToken::new();
    let (consumer, told) = (consumer(&shop, &kafka), stop.clone());
    let running = tokio::spawn(async move { consumer.run(&told).await });
    assert_eq!(shop.until_done(1).await, [11], "the other partition did not wait");
    // Behind the held one, and beside it.
    put(&kafka, 0, 3, "a").await;
    put(&kafka, 1, 12, "b").await;
    let mut done = shop.until_done(5).await;
    done.retain(|id| *id < 10);
    assert_eq!(done, [1, 2, 3]);
    // It goes on where it was.
    put(&kafka, 0, 4, "a").await;
    assert_eq!(shop.until_done(6).await.last(), Some(&4));
    stop.cancel();
    timeout(Duration::from_secs(15), running).await.unwrap().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_partition_is_not_read_on_and_fills_no_memory() {
    let (_cluster, kafka) = cluster(2);
    let shop = Reluctant::new(&[(1, u32::MAX)], 0);
    put(&kafka, 0, 1, "a").await;
    let stop = CancellationToken::new();
    let (consumer, told) = (consumer(&shop, &kafka), stop.clone());
    let reader = consumer.open().unwrap();
    let inside = Arc::clone(&reader);
    let running = tokio::spawn(async move { consumer.run_with(reader, &told).await });
    let read = |partition| {
        let place = inside.position().unwrap().find_partition(TOPIC, partition).map(|place| place.offset());
        if let Some(Offset::Offset(at)) = place { at } else { 0 }
    };
    let until_read = async |partition, at| {
        let look = async {
            while read(partition) < at {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(30), look).await.expect("it is read");
    };
    until_read(0, 1).await;
    for id in 2..=20 {
        put(&kafka, 0, id, "a").await;
    }
    put(&kafka, 1, 21, "b").await;
    assert_eq!(shop.until_done(1).await, [21]);
    // What is behind the held one was there before this one, and would have been read with it.
    put(&kafka, 1, 22, "b").await;
    assert_eq!(shop.until_done(2).await, [21, 22]);
    assert!(read(0) <= 2, "{} of a held partition were read", read(0));
    drop(inside);
    stop.cancel();
    timeout(Duration::from_secs(15), running).await.unwrap().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_read_again_by_the_next_process() {
    let (_cluster, kafka) = cluster(1);
    // Of one batch: what comes behind a held partition's batch is not read at all.
    put_together(&kafka, 0, &[(1, "a"), (2, "b"), (3, "c")]).await;
    let (first, second) = (Reluctant::new(&[(2, u32::MAX)], 0), Reluctant::new(&[], 0));
    for (shop, expected) in [(first, vec![1, 3]), (second, vec![2, 3])] {
        let stop = CancellationToken::new();
        let (consumer, told) = (consumer(&shop, &kafka), stop.clone());
        let running = tokio::spawn(async move { consumer.run(&told).await });
        assert_eq!(shop.until_done(2).await, expected);
        stop.cancel();
        timeout(Duration::from_secs(15), running).await.unwrap().unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_silently_gets_nothing_more_joins_anew() {
    let (_cluster, kafka) = cluster(1);
    let shop = Reluctant::new(&[], 0);
    put(&kafka, 0, 1, "a").await;
    let stop = CancellationToken::new();
    let (consumer, told) = (consumer(&shop, &kafka).with_silence(Duration::from_millis(500)), stop.clone());
    let reader = consumer.open().unwrap();
    let inside = Arc::clone(&reader);
    let running = tokio::spawn(async move { consumer.run_with(reader, &told).await });
    shop.until_done(1).await;
    // It has a group, a session and no error, and no partition any more.
    inside.incremental_unassign(&inside.assignment().unwrap()).unwrap();
    drop(inside);
    put(&kafka, 0, 2, "a").await;
    assert_eq!(shop.until_done(2).await, [1, 2]);
    stop.cancel();
    timeout(Duration::from_secs(15), running).await.unwrap().unwrap().unwrap();
}

/// It is never silent for as long as somebody would ask whether it should be.
#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_is_busy_tells_how_far_it_is_in_each_partition() {
    let (_cluster, kafka) = cluster(2);
    let (shop, board, stop) = (Reluctant::new(&[], 0), LagBoard::default(), CancellationToken::new());
    let consumer = consumer(&shop, &kafka).with_silence(Duration::from_secs(2)).with_lag_board(board.clone());
    let told = stop.clone();
    let running = tokio::spawn(async move { consumer.run(&told).await });
    let seen = async {
        for id in 1.. {
            put(&kafka, 0, id, "a").await;
            let groups = board.snapshot();
            let place = |partition| {
                let found =
                    groups.iter().flat_map(|group| &group.partitions).find(|place| place.partition == partition);
                found.map(|place| (place.committed, place.waiting))
            };
            if place(0).is_some_and(|(committed, _)| committed > 0) && place(1) == Some((0, 0)) {
                return;
            }
        }
    };
    assert!(timeout(Duration::from_secs(30), seen).await.is_ok(), "{:?}", board.snapshot());
    stop.cancel();
    timeout(Duration::from_secs(15), running).await.unwrap().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_producer_that_turned_fatal_is_replaced_and_no_event_is_blamed() {
    let (cluster, kafka) = cluster(1);
    let publisher = KafkaPublisher::new(kafka).unwrap();
    assert_eq!(publisher.publish(&[event(1, "a")]).await, [Delivery::Arrived]);
    let fatal = RDKafkaRespErr::RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER;
    cluster.request_errors(RDKafkaApiKey::Produce, &[fatal]);
    assert_eq!(publisher.publish(&[event(2, "a"), event(3, "a")]).await, [Delivery::Unreachable, Delivery::Behind]);
    assert_eq!(publisher.publish(&[event(2, "a"), event(3, "a")]).await, [Delivery::Arrived, Delivery::Arrived]);
    publisher.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_the_broker_does_not_acknowledge_keeps_nobody_waiting() {
    let (cluster, kafka) = cluster(1);
    let publisher = KafkaPublisher::new(kafka.clone()).unwrap();
    assert_eq!(publisher.publish(&[event(1, "a")]).await, [Delivery::Arrived]);
    let lacking = [RDKafkaRespErr::RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS; 100];
    cluster.request_errors(RDKafkaApiKey::Produce, &lacking);
    let began = Instant::now();
    let events = [event(2, "a"), event(3, "a"), event(4, "b")];
    let answers = publisher.publish(&events).await;
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let in_flight = |is_new| Delivery::InFlight { is_new };
    assert_eq!(answers, [in_flight(true), Delivery::Behind, in_flight(true)]);
    // It may still arrive: it is not sent once more, and nobody waits for it.
    let began = Instant::now();
    assert_eq!(publisher.publish(&events).await, [in_flight(false), Delivery::Behind, in_flight(false)]);
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
    cluster.clear_request_errors(RDKafkaApiKey::Produce);
    until_arrived(&publisher, &events).await;
    assert_eq!(held_by(&kafka), 4, "each of them once");
    publisher.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_on_its_way_to_a_leader_that_is_gone_arrives_with_the_next_one() {
    let cluster = MockCluster::new(3).unwrap();
    cluster.create_topic(TOPIC, 1, 3).unwrap();
    cluster.partition_leader(TOPIC, 0, Some(1)).unwrap();
    let kafka = Kafka::new(cluster.bootstrap_servers());
    let publisher = KafkaPublisher::new(kafka.clone()).unwrap();
    assert_eq!(publisher.publish(&[event(1, "a")]).await, [Delivery::Arrived]);
    cluster.broker_down(1).unwrap();
    let events = [event(2, "a"), event(3, "a")];
    let began = Instant::now();
    assert_eq!(publisher.publish(&events).await, [Delivery::InFlight { is_new: true }, Delivery::Behind]);
    cluster.partition_leader(TOPIC, 0, Some(2)).unwrap();
    until_arrived(&publisher, &events).await;
    // And not when the library has given it up.
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    assert_eq!(held_by(&kafka), 3, "each of them once");
    publisher.close(Duration::from_secs(5)).await;
}

/// Offers these again, as the relay does, until the broker has them all.
async fn until_arrived(publisher: &KafkaPublisher, events: &[Envelope]) {
    let offer = async {
        while publisher.publish(events).await.iter().any(|delivery| *delivery != Delivery::Arrived) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(30), offer).await.expect("they arrive");
}

/// How many messages lie in the first partition.
fn held_by(kafka: &Kafka) -> i64 {
    let client: FutureProducer = kafka.client().create().unwrap();
    client.client().fetch_watermarks(TOPIC, 0, Duration::from_secs(10)).unwrap().1
}
