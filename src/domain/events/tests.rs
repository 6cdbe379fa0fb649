//! The table of events, seen from its consumers.

use super::{Consumer, dead_letter_topic};

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
        assert_eq!((consumer.group(), consumer.topics().collect::<Vec<_>>()), (group, topics.to_vec()));
        for topic in topics {
            assert!(consumer.consumes(topic), "{group} {topic}");
            assert!(!consumer.consumes(&dead_letter_topic(topic)), "{group} {topic}.dlq");
        }
        assert!(!consumer.consumes("order.completed"), "{group}");
    }
    assert_eq!(dead_letter_topic("order.created"), "order.created.dlq");
}
