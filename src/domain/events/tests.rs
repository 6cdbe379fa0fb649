//! The table of events, seen from its consumers.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Currency, EventId, Money, OrderId};

use super::{
    Consumer, Envelope, Event, InventoryEvent, OrderPaid, OrdersEvent, dead_letter_topic, topic_of_dead_letter,
};

#[test]
fn each_group_has_its_name_and_its_topics() {
    let table: [(Consumer, &str, &[&str]); 4] = [
        (Consumer::Inventory, "inventory", &["order.created", "order.paid", "order.cancelled"]),
        (Consumer::Orders, "orders", &["inventory.updated"]),
        (
            Consumer::Notification,
            "notification",
            &[
                "order.created",
                "order.paid",
                "order.cancelled",
                "order.shipped",
                "order.refunded",
                "shipment.created",
                "user.registered",
            ],
        ),
        (
            Consumer::Webhooks,
            "webhooks",
            &[
                "order.created",
                "order.paid",
                "order.cancelled",
                "shipment.created",
                "order.shipped",
                "order.completed",
                "order.refunded",
                "user.registered",
            ],
        ),
    ];
    assert_eq!(table.len(), Consumer::ALL.len());
    for (consumer, group, topics) in table {
        assert_eq!((consumer.group(), consumer.topics().to_vec()), (group, topics.to_vec()));
        for topic in topics {
            assert!(consumer.consumes(topic), "{group} {topic}");
            assert!(!consumer.consumes(&dead_letter_topic(topic)), "{group} {topic}.dlq");
        }
        assert_eq!(consumer.consumes("order.completed"), consumer == Consumer::Webhooks, "{group}");
    }
    assert_eq!(dead_letter_topic("order.created"), "order.created.dlq");
    assert_eq!(topic_of_dead_letter("order.created.dlq"), "order.created");
}

#[test]
fn only_a_later_version_of_a_known_topic_is_newer() {
    assert!(Event::is_newer("shop.order.created.v2"));
    assert!(Event::is_newer("shop.order.created.v10"));
    for other in [
        "shop.order.created.v1",
        "shop.order.created.v0",
        "shop.order.created.v",
        "shop.order.created.v+2",
        "shop.order.created.v99999999999",
        "shop.order.created.v2.dlq",
        "shop.order.mended.v2",
        "order.created.v2",
        "",
    ] {
        assert!(!Event::is_newer(other), "{other}");
    }
}

#[test]
fn a_consumers_enum_has_what_its_list_says() {
    let paid =
        Event::OrderPaid(OrderPaid { order_id: OrderId(Uuid::nil()), number: 1, total: Money::zero(Currency::USD) });
    assert!(InventoryEvent::of(&paid).is_some());
    assert_eq!(OrdersEvent::of(&paid), None);
    assert!(Consumer::Inventory.consumes("order.paid") && !Consumer::Orders.consumes("order.paid"));
}

#[test]
fn a_topic_is_known_if_an_event_of_the_table_has_it() {
    for event in Event::TYPES {
        assert!(Event::is_known_topic(event.topic), "{}", event.topic);
    }
    for unknown in ["", "order", "order.mended", "order.created.dlq", "shop.order.created", "ORDER.CREATED"] {
        assert!(!Event::is_known_topic(unknown), "{unknown}");
    }
}

#[test]
fn what_keeps_its_order_are_an_aggregates_events_and_apart_from_them_its_dead_letters() {
    let envelope = |topic: &str, key: &str| Envelope {
        id: EventId(Uuid::nil()),
        topic: topic.into(),
        key: key.into(),
        kind: "shop.order.created.v1".into(),
        occurred_at: OffsetDateTime::UNIX_EPOCH,
        payload: "{}".into(),
        headers: vec![("dlq_group".into(), "orders".into()), ("dlq_group".into(), "late".into())],
    };
    for (topic, key, is_dead) in [
        ("order.created", "1", false),
        ("order.paid", "2", false),
        ("order.created.dlq", "1", true),
        ("dlq", "1", false),
        ("order.dlq.created", "1", false),
    ] {
        let envelope = envelope(topic, key);
        assert_eq!((envelope.is_dead_letter(), envelope.ordering_key()), (is_dead, (is_dead, key)), "{topic}");
        assert_eq!(envelope.header("dlq_group"), Some("orders"), "the first of a name");
        assert_eq!((envelope.header("dlq"), envelope.header("")), (None, None));
    }
    assert_eq!(topic_of_dead_letter("order.created"), "order.created", "what is none came from itself");
}
