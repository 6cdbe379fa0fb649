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
    DiscountPart, InventoryUpdated, OrderCancelled, OrderCompleted, OrderCreated, OrderPaid, OrderParts, OrderRefunded,
    OrderShipped, ShipmentCreated, ShippingPart, TaxPart, UserRegistered,
};

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventType {
    pub topic: &'static str,
    pub version: u32,
    /// The `ce_type` header: `shop.<topic>.v<version>`.
    pub kind: &'static str,
}

macro_rules! event_table {
    (
        events { $($event:ident: $topic:literal v $version:literal, key $key:ident;)+ }
        consumers { $($(#[$doc:meta])* $consumer:ident $group:literal reads $view:ident [$($used:ident),+];)+ }
    ) => {
        /// Everything that is told to the rest of the shop.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Event {
            $($event($event),)+
        }

        $(impl $event {
            pub const TOPIC: &'static str = $topic;
        })+

        impl Event {
            /// Every event there is.
            pub const TYPES: &'static [EventType] = &[$(EventType {
                topic: $topic,
                version: $version,
                kind: concat!("shop.", $topic, ".v", $version),
            },)+];

            pub const fn topic(&self) -> &'static str {
                match self { $(Self::$event(_) => $topic,)+ }
            }

            /// The `ce_type` header.
            pub const fn kind(&self) -> &'static str {
                match self { $(Self::$event(_) => concat!("shop.", $topic, ".v", $version),)+ }
            }

            /// The id of the aggregate: the message key.
            pub const fn key(&self) -> Uuid {
                match self { $(Self::$event(event) => event.$key.0,)+ }
            }

            /// The event of this kind with this payload.
            ///
            /// # Errors
            /// `NewerVersion` for a version after the table's, `UnknownType` for any other kind that is not in the
            /// table, `BadPayload` for a payload that is not what it says.
            pub fn deserialize_as<'de, D: Deserializer<'de>>(kind: &str, payload: D) -> Result<Self, EventError> {
                $(if kind == concat!("shop.", $topic, ".v", $version) {
                    return $event::deserialize(payload)
                        .map(Self::$event)
                        .map_err(|error| EventError::BadPayload(kind.to_owned(), error.to_string()));
                })+
                if Self::is_newer(kind) {
                    return Err(EventError::NewerVersion(kind.to_owned()));
                }
                Err(EventError::UnknownType(kind.to_owned()))
            }
        }

        /// The payload alone; its type travels in the envelope.
        impl Serialize for Event {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$event(event) => event.serialize(serializer),)+ }
            }
        }

        /// A consumer group: each event of its topics has its effect once per group.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Consumer {
            $($consumer,)+
        }

        impl Consumer {
            pub const ALL: [Self; [$(Self::$consumer),+].len()] = [$(Self::$consumer),+];

            /// The consumer group's name, also in the inbox.
            pub const fn group(self) -> &'static str {
                match self { $(Self::$consumer => $group,)+ }
            }

            pub const fn topics(self) -> &'static [&'static str] {
                match self { $(Self::$consumer => &[$($used::TOPIC),+],)+ }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            pub enum $view<'a> {
                $($used(&'a $used),)+
            }

            impl<'a> $view<'a> {
                /// Nothing for an event that this consumer does not read.
                pub const fn of(event: &'a Event) -> Option<Self> {
                    match event {
                        $(Event::$used(payload) => Some(Self::$used(payload)),)+
                        _ => None,
                    }
                }
            }
        )+
    };
}

// A consumer's handler matches its own enum without a wildcard: a new entry in its list does not compile until somebody
// has said what happens.
event_table! {
    events {
        OrderCreated: "order.created" v 1, key order_id;
        OrderPaid: "order.paid" v 1, key order_id;
        OrderCancelled: "order.cancelled" v 1, key order_id;
        OrderShipped: "order.shipped" v 1, key order_id;
        OrderCompleted: "order.completed" v 1, key order_id;
        OrderRefunded: "order.refunded" v 1, key order_id;
        ShipmentCreated: "shipment.created" v 1, key order_id;
        InventoryUpdated: "inventory.updated" v 1, key order_id;
        UserRegistered: "user.registered" v 1, key user_id;
    }
    consumers {
        /// What the inventory decides on.
        Inventory "inventory" reads InventoryEvent [OrderCreated, OrderPaid, OrderCancelled];
        /// What an order hears of.
        Orders "orders" reads OrdersEvent [InventoryUpdated];
        /// What people get mail about.
        Notification "notification" reads NotificationEvent
            [OrderCreated, OrderPaid, OrderCancelled, OrderShipped, OrderRefunded, ShipmentCreated, UserRegistered];
        /// What other programs may be told.
        Webhooks "webhooks" reads WebhookEvent [
            OrderCreated, OrderPaid, OrderCancelled, ShipmentCreated, OrderShipped, OrderCompleted, OrderRefunded,
            UserRegistered
        ];
    }
}

impl Event {
    /// Whether a kind is a later version of an event in the table: a later release of the shop knows it.
    pub fn is_newer(kind: &str) -> bool {
        let Some((topic, version)) = kind.strip_prefix("shop.").and_then(|rest| rest.rsplit_once(".v")) else {
            return false;
        };
        let mut known = Self::TYPES.iter().filter(|event| event.topic == topic).map(|event| event.version).peekable();
        let digits = version.bytes().all(|b| b.is_ascii_digit());
        let version = version.parse::<u32>().ok().filter(|_| digits);
        known.peek().is_some() && version.is_some_and(|version| known.all(|known| known < version))
    }

    pub fn is_known_topic(topic: &str) -> bool {
        Self::TYPES.iter().any(|event| event.topic == topic)
    }
}

impl Consumer {
    pub fn consumes(self, topic: &str) -> bool {
        self.topics().contains(&topic)
    }
}

/// Why a message cannot be understood: by this release (`NewerVersion`), or by any.
#[derive(Debug, thiserror::Error)]
pub enum EventError {
    #[error("{0} is newer than this release")]
    NewerVersion(String),
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

impl Envelope {
    pub fn is_dead_letter(&self) -> bool {
        self.topic.ends_with(DEAD_LETTERS)
    }

    /// What keeps its order: an aggregate's events on the one side, its dead letters on the other, which wait for nobody.
    pub fn ordering_key(&self) -> (bool, &str) {
        (self.is_dead_letter(), &self.key)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

const DEAD_LETTERS: &str = ".dlq";

/// The topic where messages of `topic` go that nobody can understand.
pub fn dead_letter_topic(topic: &str) -> String {
    format!("{topic}{DEAD_LETTERS}")
}

/// The topic that a dead letter came from.
pub fn topic_of_dead_letter(topic: &str) -> &str {
    topic.strip_suffix(DEAD_LETTERS).unwrap_or(topic)
}
