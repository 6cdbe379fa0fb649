//! What Kafka does not take, what a consumer cannot take yet, and who is let in: with a real broker.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use shop::domain::Consumer;
use shop::infrastructure::LiveShop;
use shop::infrastructure::kafka::{
    Kafka, KafkaConsumer, KafkaPublisher, Mechanism, Protocol, Sasl, Security, create_topics,
};
use shop::usecase::{Delivery, EventViews, Relayed};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::harness::TestShop;
use crate::kafka::{Backbone, UNDECIDED, UNFINISHED, control, eventually, no_rows};

/// A relay that publishes as the worker's does, and stops with the test.
struct Publishing {
    publisher: KafkaPublisher,
    shop: LiveShop,
}

impl Publishing {
    /// All rounds there are, each within five seconds.
    async fn rounds(&self) {
        loop {
            let round = timeout(Duration::from_secs(5), self.shop.relay(&self.publisher, 200)).await;
            match round.expect("one that cannot go does not hold up a round").unwrap() {
                Relayed::Idle => return,
                Relayed::Stuck { .. } => panic!("a broker answers"),
                Relayed::Published(_) | Relayed::SetAside { .. } => {}
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_kafka_does_not_take_is_set_aside_and_the_rest_flows() {
    let mut backbone = Backbone::open().await;
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    // 250 for a topic that is not there, one too large for its own, and the same as a dead letter.
    shop.execute(
        "insert into outbox (event_id, topic, key, kind, payload, occurred_at)
         select gen_random_uuid(), 'user.mislaid', n::text, 'shop.user.mislaid.v1', '{}', now() from generate_series(1, 250) n;
         insert into outbox (event_id, topic, key, kind, payload, occurred_at)
         select gen_random_uuid(), topic, 'large', 'shop.user.registered.v1', repeat('ö', 1000000), now()
         from unnest(array['user.registered', 'user.registered.dlq']) topic",
    )
    .await;
    let ada = shop.customer("Ada").await;
    shop.place(ada, &[("MUG", "1")]).await;
    let publisher = KafkaPublisher::new(backbone.kafka.clone()).unwrap();
    let relay = Publishing { publisher, shop: shop.shop.clone() };
    relay.rounds().await;
    let aside = shop.shop.store().events_set_aside(0, 1000).await.unwrap();
    assert_eq!(aside.len(), 251, "all but the dead letter, the registration and the order");
    let reason = |topic: &str| aside.iter().find(|a| a.event.envelope.topic == topic).unwrap().reason.clone().unwrap();
    assert!(reason("user.mislaid").to_lowercase().contains("unknown topic"), "{}", reason("user.mislaid"));
    assert!(reason("user.registered").to_lowercase().contains("size"), "{}", reason("user.registered"));
    // The topic is made; what waited for it goes.
    let brokers = backbone.kafka.brokers.as_str();
    let admin: AdminClient<DefaultClientContext> =
        ClientConfig::new().set("bootstrap.servers", brokers).create().unwrap();
    let name = backbone.kafka.topic("user.mislaid");
    let topic = NewTopic::new(&name, 3, TopicReplication::Fixed(1));
    admin.create_topics([&topic], &AdminOptions::new()).await.unwrap();
    let settled = "select abs(count(*) - 1) from outbox where published_at is null and topic <> 'inventory.updated'";
    let mut left = shop.count(settled).await;
    let end = Instant::now() + Duration::from_secs(30);
    while left > 0 && Instant::now() < end {
        shop.shop.retry_events_now().await.unwrap();
        shop.shop.retry_events(&relay.publisher, 200).await.unwrap();
        left = shop.count(settled).await;
    }
    assert_eq!(left, 0, "only the large one is left");
    shop.execute("delete from outbox where key = 'large'").await;
    relay.publisher.close(Duration::from_secs(5)).await;
    backbone.relay(&shop.shop);
    backbone.consume_all(&shop.shop);
    eventually("the order is set aside", no_rows(&shop.shop, UNDECIDED)).await;
    eventually("all events have had their effect", no_rows(&shop.shop, UNFINISHED)).await;
    backbone.close().await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_tables_are_up_to_date_a_partition_waits_and_other_groups_do_not() {
    let mut backbone = Backbone::open().await;
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    // As if the table were not there; the sequence keeps what the transaction does not.
    shop.execute(
        "create sequence met;
         create function not_yet() returns trigger language plpgsql as $$ begin
            perform nextval('met');
            raise undefined_table using message = 'reservations is not there yet';
         end $$;
         create trigger not_yet before insert on reservations execute function not_yet()",
    )
    .await;
    backbone.relay(&shop.shop);
    backbone.consume_all(&shop.shop);
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "2")]).await;
    let mailed = "select abs(count(*) - 2) from email_messages";
    eventually("mail does not wait", no_rows(&shop.shop, mailed)).await;
    let unmet = "select 3 - least(case when is_called then last_value else 0 end, 3) from met";
    eventually("it is tried again and again", no_rows(&shop.shop, unmet)).await;
    shop.execute("drop trigger not_yet on reservations").await;
    eventually("it is set aside", no_rows(&shop.shop, UNDECIDED)).await;
    assert!(shop.order(ada, id).await.is_payable());
    assert_eq!(shop.count("select count(*) from outbox where topic like '%.dlq'").await, 0);
    eventually("all events have had their effect", no_rows(&shop.shop, UNFINISHED)).await;
    backbone.close().await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn through_tls_with_a_user_and_a_password_and_not_without() {
    let backbone = Backbone::open().await;
    let told = control("secure").await;
    let [address, ca_file, username, password] = told.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("{told}")
    };
    let kafka_with = |mechanism, password: &str, ca_file: Option<&str>| Kafka {
        brokers: address.to_owned(),
        security: Security {
            protocol: Protocol::SaslSsl,
            ca_file: ca_file.map(Into::into),
            certificate: None,
            sasl: Some(Sasl { mechanism, username: username.to_owned(), password: password.to_owned() }),
        },
        ..backbone.kafka.clone()
    };
    let shop = TestShop::open().await;
    shop.register("Ada").await;
    let waiting = shop.shop.store().unpublished_events(10).await.unwrap();
    let events: Vec<_> = waiting.into_iter().map(|(_, e)| e).collect();
    for mechanism in [Mechanism::Plain, Mechanism::ScramSha256, Mechanism::ScramSha512] {
        let kafka = kafka_with(mechanism, password, Some(ca_file));
        create_topics(&kafka).await.unwrap();
        let publisher = KafkaPublisher::new(kafka).unwrap();
        assert_eq!(publisher.publish(&events).await, [Delivery::Arrived], "{mechanism:?}");
        publisher.close(Duration::from_secs(5)).await;
    }
    for kafka in [
        kafka_with(Mechanism::ScramSha512, "guessed", Some(ca_file)),
        kafka_with(Mechanism::Plain, "guessed", Some(ca_file)),
        kafka_with(Mechanism::ScramSha512, password, None),
    ] {
        let publisher = KafkaPublisher::new(kafka).unwrap();
        assert_eq!(publisher.publish(&events).await, [Delivery::Unreachable]);
        publisher.close(Duration::from_secs(5)).await;
    }
    // And a whole consumer comes through.
    let consumer = KafkaConsumer::new(
        shop.shop.clone(),
        Consumer::Notification,
        kafka_with(Mechanism::ScramSha512, password, Some(ca_file)),
    );
    let stop = CancellationToken::new();
    let told = stop.clone();
    let running = tokio::spawn(async move { consumer.run(&told).await });
    eventually("the welcome is written", no_rows(&shop.shop, "select 1 - count(*) from email_messages")).await;
    stop.cancel();
    running.await.unwrap().unwrap();
    backbone.close().await;
    shop.done().await;
}
