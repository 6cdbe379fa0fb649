//! Topics that the broker does not let us write or read: what waits, and what does not.

use std::time::Duration;

use shop::domain::{Consumer, OrderStatus};
use shop::infrastructure::kafka::{Kafka, KafkaConsumer, KafkaPublisher, Mechanism, Protocol, Sasl, Security};
use shop::usecase::{EventViews, Relayed};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::harness::TestShop;
use crate::kafka::{Backbone, UNDECIDED, UNFINISHED, UNPUBLISHED, control, eventually, no_rows};

/// The backbone's broker and topics, by the way on which the broker asks who we are and what we may.
async fn as_a_user(backbone: &Backbone) -> Kafka {
    let told = control("guarded secure").await;
    let [address, ca_file, username, password] = told.split_whitespace().collect::<Vec<_>>()[..] else {
        panic!("{told}")
    };
    let (username, password) = (username.to_owned(), password.to_owned());
    Kafka {
        brokers: address.to_owned(),
        security: Security {
            protocol: Protocol::SaslSsl,
            ca_file: Some(ca_file.into()),
            certificate: None,
            sasl: Some(Sasl { mechanism: Mechanism::ScramSha512, username, password }),
        },
        ..backbone.kafka.clone()
    }
}

/// A consumer at work, and what ends it.
fn run(consumer: KafkaConsumer) -> (JoinHandle<anyhow::Result<()>>, CancellationToken) {
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    (tokio::spawn(async move { consumer.run(&stopped).await }), stop)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_written_is_set_aside_with_its_aggregates_later_events_and_the_rest_flows() {
    let mut backbone = Backbone::open_guarded().await;
    let shop = TestShop::open().await;
    let kafka = as_a_user(&backbone).await;
    let topic = kafka.topic("order.created");
    control(&format!("guarded forbid write {topic}")).await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    let publisher = KafkaPublisher::new(kafka).unwrap();
    // Its end is written down when its beginning waits already.
    let rounds = async || {
        loop {
            match timeout(Duration::from_secs(5), shop.shop.relay(&publisher, 200)).await.unwrap().unwrap() {
                Relayed::Idle => return,
                Relayed::Stuck { .. } => panic!("a broker answers"),
                Relayed::Published(_) | Relayed::SetAside { .. } => {}
            }
        }
    };
    rounds().await;
    shop.shop.cancel_order(ada, id).await.unwrap();
    shop.customer("Bob").await;
    rounds().await;
    let aside = shop.shop.store().events_set_aside(0, 10).await.unwrap();
    let topics: Vec<_> = aside.iter().map(|a| a.event.envelope.topic.as_str()).collect();
    assert_eq!(topics, ["order.created", "order.cancelled"]);
    let reason = aside[0].reason.clone().unwrap();
    assert!(reason.to_lowercase().contains("authorization"), "{reason}");
    assert_eq!(shop.count(UNPUBLISHED).await, 2, "the order's beginning and its end; both registrations went");
    control(&format!("guarded permit {topic}")).await;
    eventually("both have gone", {
        let (shop, publisher) = (shop.shop.clone(), std::sync::Arc::new(publisher));
        move || {
            let (shop, publisher) = (shop.clone(), std::sync::Arc::clone(&publisher));
            Box::pin(async move {
                shop.retry_events_now().await.unwrap();
                shop.retry_events(publisher.as_ref(), 200).await.unwrap();
                shop.relay(publisher.as_ref(), 200).await.unwrap();
                sqlx::query_scalar::<_, i64>(UNPUBLISHED).fetch_one(shop.store().pool()).await.unwrap() == 0
            })
        }
    })
    .await;
    backbone.relay(&shop.shop);
    backbone.consume_all(&shop.shop);
    let unknown = "select 1 - count(*) from reservations where state in ('released', 'rejected')";
    eventually("the inventory knows of both", no_rows(&shop.shop, unknown)).await;
    eventually("all events have had their effect", no_rows(&shop.shop, UNFINISHED)).await;
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Cancelled);
    assert_eq!(shop.stock("MUG").await, 5);
    backbone.close().await;
    control("guarded forget").await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_may_not_read_waits_in_its_place_and_loses_nothing() {
    let mut backbone = Backbone::open_guarded().await;
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let kafka = as_a_user(&backbone).await;
    let topic = kafka.topic("order.created");
    backbone.relay(&shop.shop);
    for group in [Consumer::Orders, Consumer::Notification] {
        backbone.consume(&shop.shop, group, None);
    }
    let consumer =
        KafkaConsumer::new(shop.shop.clone(), Consumer::Inventory, kafka).with_silence(Duration::from_secs(2));
    let (running, stop) = run(consumer);
    let ada = shop.customer("Ada").await;
    shop.place(ada, &[("MUG", "1")]).await;
    eventually("it may read", no_rows(&shop.shop, UNDECIDED)).await;
    control(&format!("guarded forbid read {topic}")).await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    let mails = "select 3 - count(*) from email_messages";
    eventually("the others do not wait", no_rows(&shop.shop, mails)).await;
    // Its other topics do not wait, either.
    shop.shop.cancel_order(ada, id).await.unwrap();
    let cancelled = "select 1 - count(*) from reservations where state = 'released'";
    eventually("the cancel is read", no_rows(&shop.shop, cancelled)).await;
    shop.place(ada, &[("MUG", "1")]).await;
    eventually("all events have had their effect", no_rows(&shop.shop, UNFINISHED)).await;
    assert_eq!(shop.count(UNDECIDED).await, 1, "nobody reads of it");
    assert!(!running.is_finished(), "it waits, and does not end");
    control(&format!("guarded permit {topic}")).await;
    eventually("it goes on where it was", no_rows(&shop.shop, UNDECIDED)).await;
    assert_eq!(shop.stock("MUG").await, 3);
    assert_eq!(shop.count("select count(*) from outbox where topic like '%.dlq'").await, 0);
    eventually("all events have had their effect", no_rows(&shop.shop, UNFINISHED)).await;
    stop.cancel();
    running.await.unwrap().unwrap();
    backbone.close().await;
    control("guarded forget").await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_is_started_before_it_may_read_begins_when_it_may() {
    let mut backbone = Backbone::open_guarded().await;
    let shop = TestShop::open().await;
    let kafka = as_a_user(&backbone).await;
    let topic = kafka.topic("order.created");
    control(&format!("guarded forbid all {topic}")).await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    backbone.relay(&shop.shop);
    for group in [Consumer::Orders, Consumer::Notification] {
        backbone.consume(&shop.shop, group, None);
    }
    let consumer = KafkaConsumer::new(shop.shop.clone(), Consumer::Inventory, kafka);
    let (running, stop) = run(consumer);
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    shop.place(ada, &[("MUG", "1")]).await;
    shop.shop.cancel_order(ada, id).await.unwrap();
    let cancelled = "select 1 - count(*) from reservations where state = 'released'";
    eventually("what it may read is read", no_rows(&shop.shop, cancelled)).await;
    assert_eq!(shop.count(UNDECIDED).await, 1, "what it may not read waits");
    assert!(!running.is_finished());
    control(&format!("guarded permit {topic}")).await;
    eventually("it begins", no_rows(&shop.shop, UNDECIDED)).await;
    eventually("all events have had their effect", no_rows(&shop.shop, UNFINISHED)).await;
    stop.cancel();
    running.await.unwrap().unwrap();
    backbone.close().await;
    control("guarded forget").await;
    shop.done().await;
}
