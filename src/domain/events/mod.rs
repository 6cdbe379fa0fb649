//! What happened, in the past tense, as it travels: one table of every event with its topic, its version, its message
//! key and its consumers, and the envelope it travels in.
//!
//! Golden files in `src/tests/golden/` fix the wire form; a changed meaning is a new version.

mod payloads;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use time::OffsetDateTime;
use uuid::Uuid;

use super::EventId;

pub use payloads::{
    InventoryUpdated, OrderCancelled, OrderCompleted, OrderCreated, OrderPaid, OrderShipped, UserRegistered,
};

/// A consumer group: each event of its topics has its effect once per group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Consumer {
    Inventory,
    Orders,
    Notification,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventType {
    pub topic: &'static str,
    /// The `ce_type` header: `shop.<topic>.<version>`.
    pub kind: &'static str,
    pub consumers: &'static [Consumer],
}

macro_rules! event_table {
    ($($event:ident: $topic:literal $version:literal, key $key:ident, consumers [$($consumer:ident),*];)+) => {
        /// Everything that is told to the rest of the shop.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Event {
            $($event($event),)+
        }

        impl Event {
            /// Every event there is.
            pub const TYPES: &'static [EventType] = &[$(EventType {
                topic: $topic,
                kind: concat!("shop.", $topic, ".", $version),
                consumers: &[$(Consumer::$consumer),*],
            },)+];

            pub const fn topic(&self) -> &'static str {
                match self { $(Self::$event(_) => $topic,)+ }
            }

            /// The `ce_type` header.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$event(_) => concat!("shop.", $topic, ".", $version),)+ }
            }

            /// The id of the aggregate: the message key.
            pub const fn key(&self) -> Uuid {
                match self { $(Self::$event(event) => event.$key.0,)+ }
            }

            /// The event of this kind with this payload.
            ///
            /// # Errors
            /// `UnknownType` for a kind that is not in the table, `BadPayload` for a payload that is not what it says.
            pub fn deserialize_as<'de, D: Deserializer<'de>>(kind: &str, payload: D) -> Result<Self, EventError> {
                $(if kind == concat!("shop.", $topic, ".", $version) {
                    return $event::deserialize(payload)
                        .map(Self::$event)
                        .map_err(|error| EventError::BadPayload(kind.to_owned(), error.to_string()));
                })+
                Err(EventError::UnknownType(kind.to_owned()))
            }
        }

        /// The payload alone; its type travels in the envelope.
        impl Serialize for Event {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$event(event) => event.serialize(serializer),)+ }
            }
        }
    };
}

event_table! {
    OrderCreated: "order.created" "v1", key order_id, consumers [Inventory, Notification];
    OrderPaid: "order.paid" "v1", key order_id, consumers [Inventory, Notification];
    OrderCancelled: "order.cancelled" "v1", key order_id, consumers [Inventory, Notification];
    OrderShipped: "order.shipped" "v1", key order_id, consumers [Notification];
    OrderCompleted: "order.completed" "v1", key order_id, consumers [];
    InventoryUpdated: "inventory.updated" "v1", key order_id, consumers [Orders];
    UserRegistered: "user.registered" "v1", key user_id, consumers [Notification];
}

impl Consumer {
    pub const ALL: [Self; 3] = [Self::Inventory, Self::Orders, Self::Notification];

    /// The consumer group's name, also in the inbox.
    pub const fn group(self) -> &'static str {
        match self {
            Self::Inventory => "inventory",
            Self::Orders => "orders",
            Self::Notification => "notification",
        }
    }

    pub fn topics(self) -> impl Iterator<Item = &'static str> {
        Event::TYPES.iter().filter(move |event| event.consumers.contains(&self)).map(|event| event.topic)
    }

    pub fn consumes(self, topic: &str) -> bool {
        self.topics().any(|own| own == topic)
    }
}

/// Why a message cannot be understood, now or ever: it goes to the dead letters.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    #[error("unknown event type {0:?}")]
    UnknownType(String),
    #[error("the payload is not what {0} carries: {1}")]
    BadPayload(String, String),
    #[error("header {0} is missing or garbled")]
    BadHeader(&'static str),
}

/// An event on its way: what the headers and the key of a message carry, and the payload as JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The same for every delivery of this event: consumers remember it.
    pub id: EventId,
    pub topic: String,
    /// The aggregate the event is about; events with the same key keep their order within a topic.
    pub key: String,
    /// `shop.<topic>.v1`.
    pub kind: String,
    pub occurred_at: OffsetDateTime,
    pub payload: String,
    /// What else travels in headers: the origin of a dead letter, a trace.
    pub headers: Vec<(String, String)>,
}

/// The topic where messages of `topic` go that nobody can understand.
pub fn dead_letter_topic(topic: &str) -> String {
    format!("{topic}.dlq")
}
