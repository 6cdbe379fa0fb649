//! The journey through a real Apache Kafka, with what goes wrong there: a killed consumer, a stopped broker, poison.
//!
//! One test at a time, since one of them stops the broker for all. Each has topics and groups of its own.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use rdkafka::ClientConfig;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::message::{Headers, Message};
use rdkafka::producer::{FutureProducer, FutureRecord};
use shop::domain::{CancelReason, Consumer, OrderStatus, ReservationState};
use shop::infrastructure::LiveShop;
use shop::infrastructure::clock::RandomIds;
use shop::infrastructure::kafka::{AfterEffect, Kafka, KafkaConsumer, KafkaPublisher, create_topics};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{Delivery, EventViews, Ids, Relayed};
use tokio::sync::{Mutex, MutexGuard, Notify};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::harness::TestShop;

static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// A broker with topics of this test's own, and the tasks that a worker would run.
pub struct Backbone {
    pub kafka: Kafka,
    stop: CancellationToken,
    tasks: JoinSet<anyhow::Result<()>>,
    _turn: MutexGuard<'static, ()>,
}

impl Backbone {
    pub async fn open() -> Self {
        let turn = ONE_AT_A_TIME.lock().await;
        let brokers = std::env::var("TEST_KAFKA_BROKERS").expect("TEST_KAFKA_BROKERS: run the tests with `make test`");
        Self::at(brokers, turn).await
    }

    /// At a new broker that knows who may do what; the test ends it by `control("guarded forget")`.
    pub async fn open_guarded() -> Self {
        let turn = ONE_AT_A_TIME.lock().await;
        control("guarded forget").await;
        let brokers = control("guarded start").await.trim().to_owned();
        Self::at(brokers, turn).await
    }

    async fn at(brokers: String, turn: MutexGuard<'static, ()>) -> Self {
        let prefix = format!("t{}.", RandomIds.next().simple());
        let kafka = Kafka { prefix, partitions: 3, ..Kafka::new(brokers) };
        create_topics(&kafka).await.unwrap();
        create_topics(&kafka).await.expect("topics that are there are left alone");
        Self { kafka, stop: CancellationToken::new(), tasks: JoinSet::new(), _turn: turn }
    }

    pub fn consume(&mut self, shop: &LiveShop, group: Consumer, hook: Option<AfterEffect>) -> tokio::task::AbortHandle {
        let mut consumer = KafkaConsumer::new(shop.clone(), group, self.kafka.clone());
        if let Some(hook) = hook {
            consumer = consumer.with_after_effect(hook);
        }
        let stop = self.stop.clone();
        self.tasks.spawn(async move { consumer.run(&stop).await })
    }

    pub fn consume_all(&mut self, shop: &LiveShop) {
        for group in Consumer::ALL {
            self.consume(shop, group, None);
        }
    }

    pub fn relay(&mut self, shop: &LiveShop) {
        let (shop, kafka, stop) = (shop.clone(), self.kafka.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            let publisher = KafkaPublisher::new(kafka)?;
            while !stop.is_cancelled() {
                let rounds = [shop.relay(&publisher, 200).await?, shop.retry_events(&publisher, 200).await?];
                if !rounds.iter().any(|round| matches!(round, Relayed::Published(_))) {
                    let _ = timeout(Duration::from_millis(50), shop.relay_wakeup().notified()).await;
                }
            }
            publisher.close(Duration::from_secs(5)).await;
            Ok(())
        });
    }

    pub async fn close(mut self) {
        self.stop.cancel();
        while let Some(ended) = timeout(Duration::from_secs(20), self.tasks.join_next()).await.expect("tasks stop") {
            if let Ok(outcome) = ended {
                outcome.unwrap();
            }
        }
    }
}

/// Waits until something is so, at most two minutes: what was set aside waits for its pause, and other tests work, too.
pub async fn eventually(what: &str, mut is_so: impl FnMut() -> BoxFuture<'static, bool>) {
    let end = Instant::now() + Duration::from_secs(120);
    while !is_so().await {
        assert!(Instant::now() < end, "not within two minutes: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub fn no_rows(shop: &LiveShop, statement: &'static str) -> impl FnMut() -> BoxFuture<'static, bool> + use<> {
    let pool = shop.store().pool().clone();
    move || {
        let pool = pool.clone();
        Box::pin(
            async move { sqlx::query_scalar::<_, i64>(statement).fetch_one(&pool).await.is_ok_and(|rows| rows == 0) },
        )
    }
}

pub const UNDECIDED: &str = "select count(*) from orders where status = 'pending' and reservation = 'pending'";
const UNCLAIMED: &str = "select count(*) from orders where status = 'paid' and reservation <> 'claimed'";
pub const UNPUBLISHED: &str = "select count(*) from outbox where published_at is null";
/// What is not published yet, and orders that do not know yet what the inventory does.
pub const UNFINISHED: &str = "select (select count(*) from outbox where published_at is null) + (select count(*)
    from orders o join reservations r on r.order_id = o.id where o.reservation <> r.state)";
const UNRELEASED: &str =
    "select count(*) from orders where status = 'cancelled' and reservation not in ('released', 'rejected')";

pub async fn control(verb: &str) -> String {
    let script = std::env::var("TEST_KAFKA_CTL").expect("TEST_KAFKA_CTL: run the tests with `make test`");
    let words: Vec<_> = verb.split(' ').map(str::to_owned).collect();
    let run = tokio::task::spawn_blocking(move || Command::new(script).args(words).output());
    let output = timeout(Duration::from_secs(90), run).await.expect("in time").unwrap().expect("the script runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orders_whole_journey() {
    let mut backbone = Backbone::open().await;
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 2)]).await;
    backbone.relay(&shop.shop);
    backbone.consume_all(&shop.shop);
    let ada = shop.customer("Ada").await;
    let paid = shop.place(ada, &[("MUG", "1")]).await;
    let cancelled = shop.place(ada, &[("MUG", "1")]).await;
    eventually("both are set aside", no_rows(&shop.shop, UNDECIDED)).await;
    shop.shop.pay_order(ada, paid, Approve).await.unwrap();
    shop.shop.cancel_order(ada, cancelled).await.unwrap();
    eventually("the paid one is claimed", no_rows(&shop.shop, UNCLAIMED)).await;
    eventually("the cancelled one is released", no_rows(&shop.shop, UNRELEASED)).await;
    let fewer = "select abs(count(*) - 5) from email_messages";
    eventually("welcome, two received, one payment, one cancelled", no_rows(&shop.shop, fewer)).await;
    assert_eq!(shop.stock("MUG").await, 1);
    eventually("all events have had their effect", no_rows(&shop.shop, UNFINISHED)).await;
    backbone.close().await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_killed_between_its_two_commits_has_its_effect_once() {
    let mut backbone = Backbone::open().await;
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    backbone.relay(&shop.shop);
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "2")]).await;
    let reached = Arc::new(Notify::new());
    let hook: AfterEffect = {
        let reached = Arc::clone(&reached);
        Arc::new(move || {
            let reached = Arc::clone(&reached);
            Box::pin(async move {
                reached.notify_one();
                std::future::pending::<()>().await;
            })
        })
    };
    let victim = backbone.consume(&shop.shop, Consumer::Inventory, Some(hook));
    timeout(Duration::from_secs(60), reached.notified()).await.expect("the effect is committed");
    assert_eq!(shop.stock("MUG").await, 3);
    victim.abort();
    // Its successor reads the same message again: its offset was never committed.
    let again = Arc::new(Notify::new());
    let hook: AfterEffect = {
        let again = Arc::clone(&again);
        Arc::new(move || {
            again.notify_one();
            Box::pin(async {})
        })
    };
    backbone.consume(&shop.shop, Consumer::Inventory, Some(hook));
    backbone.consume(&shop.shop, Consumer::Orders, None);
    backbone.consume(&shop.shop, Consumer::Notification, None);
    timeout(Duration::from_secs(60), again.notified()).await.expect("the message is delivered again");
    eventually("it is set aside", no_rows(&shop.shop, UNDECIDED)).await;
    assert_eq!(shop.stock("MUG").await, 3);
    assert_eq!(shop.order(ada, id).await.reservation, ReservationState::Reserved);
    eventually("all events have had their effect", no_rows(&shop.shop, UNFINISHED)).await;
    backbone.close().await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_is_gone_for_20_seconds_while_orders_go_on_loses_nothing() {
    let mut backbone = Backbone::open().await;
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 40)]).await;
    backbone.relay(&shop.shop);
    backbone.consume_all(&shop.shop);
    let ada = shop.customer("Ada").await;
    shop.place(ada, &[("MUG", "1")]).await;
    eventually("the first order is set aside", no_rows(&shop.shop, UNDECIDED)).await;
    control("kill").await;
    let gone = Instant::now();
    let mut placed = 1;
    while gone.elapsed() < Duration::from_secs(20) {
        shop.place(ada, &[("MUG", "1")]).await;
        placed += 1;
        tokio::time::sleep(Duration::from_millis(400)).await;
    }
    assert!(shop.count(UNPUBLISHED).await > 0, "nobody was there to take them");
    control("start").await;
    eventually("every order is decided", no_rows(&shop.shop, UNDECIDED)).await;
    eventually("all events have had their effect", no_rows(&shop.shop, UNFINISHED)).await;
    assert_eq!(shop.count("select count(*) from orders").await, placed);
    assert_eq!(i64::from(shop.stock("MUG").await), (40 - placed).max(0));
    assert_eq!(shop.count("select count(*) from outbox where topic like '%.dlq'").await, 0);
    backbone.close().await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn poison_goes_to_the_dead_letters_and_the_rest_flows() {
    let mut backbone = Backbone::open().await;
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let topic = backbone.kafka.topic("order.created");
    let kafka = backbone.kafka.clone();
    let client = |extra: &[(&str, &str)]| {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &kafka.brokers);
        for (key, value) in extra {
            config.set(*key, *value);
        }
        config
    };
    let producer: FutureProducer = client(&[]).create().unwrap();
    // The last one would be three times as large as a dead letter: each NUL becomes a character of three bytes.
    for payload in [&b"not json"[..], b"", b"\0\xff\xfe", b"{\"order_id\":1}", &[0; 900_000]] {
        for partition in 0..3 {
            let record = FutureRecord::<str, [u8]>::to(&topic).payload(payload).partition(partition);
            producer.send(record, Duration::from_secs(10)).await.unwrap();
        }
    }
    backbone.relay(&shop.shop);
    backbone.consume_all(&shop.shop);
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    eventually("the good order is set aside", no_rows(&shop.shop, UNDECIDED)).await;
    assert!(shop.order(ada, id).await.is_payable());
    let dead = "select abs(count(*) - 45) from outbox where topic = 'order.created.dlq' and published_at is not null";
    eventually("15 messages are dead for each of the three groups that read the topic", no_rows(&shop.shop, dead))
        .await;
    let dead_letters: StreamConsumer =
        client(&[("group.id", &kafka.prefix), ("auto.offset.reset", "earliest")]).create().unwrap();
    dead_letters.subscribe(&[&kafka.topic("order.created.dlq")]).unwrap();
    let message = timeout(Duration::from_secs(30), dead_letters.recv()).await.expect("in time").unwrap();
    let named: Vec<_> = message.headers().unwrap().iter().map(|h| h.key.to_owned()).collect();
    for header in ["dlq_group", "dlq_topic", "dlq_reason", "ce_id"] {
        assert!(named.iter().any(|n| n == header), "{header} in {named:?}");
    }
    backbone.close().await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancel_that_is_seen_before_its_create_takes_nothing() {
    let mut backbone = Backbone::open().await;
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "2")]).await;
    shop.shop.cancel_order(ada, id).await.unwrap();
    let waiting = shop.shop.store().unpublished_events(10).await.unwrap();
    let cancelled: Vec<_> = waiting.into_iter().map(|(_, e)| e).filter(|e| e.topic == "order.cancelled").collect();
    let publisher = KafkaPublisher::new(backbone.kafka.clone()).unwrap();
    assert_eq!(publisher.publish(&cancelled).await, [Delivery::Arrived]);
    publisher.close(Duration::from_secs(5)).await;
    backbone.consume_all(&shop.shop);
    let unseen = "select 1 - count(*) from reservations where state = 'released'";
    eventually("the cancel is seen", no_rows(&shop.shop, unseen)).await;
    backbone.relay(&shop.shop);
    let unread = "select 1 - count(*) from consumer_inbox i join outbox o using (event_id)
        where o.topic = 'order.created' and i.consumer = 'inventory'";
    eventually("the create is seen", no_rows(&shop.shop, unread)).await;
    eventually("the order knows", no_rows(&shop.shop, UNRELEASED)).await;
    assert_eq!(shop.stock("MUG").await, 5);
    let order = shop.order(ada, id).await;
    assert_eq!((order.status, order.cancel_reason), (OrderStatus::Cancelled, Some(CancelReason::ByCustomer)));
    eventually("all events have had their effect", no_rows(&shop.shop, UNFINISHED)).await;
    backbone.close().await;
    shop.done().await;
}
