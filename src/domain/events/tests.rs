//! The table of events, seen from its consumers.

use uuid::Uuid;

use crate::domain::{Currency, Money, OrderId};

use super::{Consumer, Event, InventoryEvent, OrderPaid, OrdersEvent, dead_letter_topic, topic_of_dead_letter};

#[test]
fn each_group_has_its_name_and_its_topics() {
    let table: [(Consumer, &str, &[&str]); 3] = [
        (Consumer::Inventory, "inventory", &["order.created", "order.paid", "order.cancelled"]),
        (Consumer::Orders, "orders", &["inventory.updated"]),
        (
            Consumer::Notification,
            "notification",
            &["order.created", "order.paid", "order.cancelled", "order.shipped", "user.registered"],
        ),
    ];
    assert_eq!(table.len(), Consumer::ALL.len());
    for (consumer, group, topics) in table {
        assert_eq!((consumer.group(), consumer.topics().to_vec()), (group, topics.to_vec()));
        for topic in topics {
            assert!(consumer.consumes(topic), "{group} {topic}");
            assert!(!consumer.consumes(&dead_letter_topic(topic)), "{group} {topic}.dlq");
        }
        assert!(!consumer.consumes("order.completed"), "{group}");
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
