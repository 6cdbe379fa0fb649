//! What happened, in the past tense, as it travels: the payload of each type and version, and its envelope.
//!
//! Ids and amounts only: no e-mail addresses, no tokens, no card data. Golden files in `src/tests/golden/` fix the wire
//! form; a changed meaning is a new version.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{CancelReason, EventId, Money, OrderId, ReservationState, UserId, VariantId};

/// So many of one variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemQuantity {
    pub variant_id: VariantId,
    pub quantity: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCreated {
    pub order_id: OrderId,
    pub number: i64,
    pub user_id: Option<UserId>,
    pub items: Vec<ItemQuantity>,
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderPaid {
    pub order_id: OrderId,
    pub number: i64,
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCancelled {
    pub order_id: OrderId,
    pub number: i64,
    pub reason: CancelReason,
}

/// The inventory's answer about one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventoryUpdated {
    pub order_id: OrderId,
    pub reservation: ReservationState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRegistered {
    pub user_id: UserId,
}

/// Everything that is told to the rest of the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    OrderCreated(OrderCreated),
    OrderPaid(OrderPaid),
    OrderCancelled(OrderCancelled),
    OrderShipped(OrderPaid),
    OrderCompleted(OrderPaid),
    InventoryUpdated(InventoryUpdated),
    UserRegistered(UserRegistered),
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

impl Event {
    pub const TOPICS: [&'static str; 8] = [
        "order.created",
        "order.paid",
        "order.cancelled",
        "order.shipped",
        "order.completed",
        "inventory.updated",
        "user.registered",
        "notification.email",
    ];

    pub const fn topic(&self) -> &'static str {
        match self {
            Self::OrderCreated(_) => "order.created",
            Self::OrderPaid(_) => "order.paid",
            Self::OrderCancelled(_) => "order.cancelled",
            Self::OrderShipped(_) => "order.shipped",
            Self::OrderCompleted(_) => "order.completed",
            Self::InventoryUpdated(_) => "inventory.updated",
            Self::UserRegistered(_) => "user.registered",
        }
    }

    /// The id of the aggregate: the message key.
    pub fn key(&self) -> Uuid {
        match self {
            Self::OrderCreated(e) => e.order_id.0,
            Self::OrderPaid(e) | Self::OrderShipped(e) | Self::OrderCompleted(e) => e.order_id.0,
            Self::OrderCancelled(e) => e.order_id.0,
            Self::InventoryUpdated(e) => e.order_id.0,
            Self::UserRegistered(e) => e.user_id.0,
        }
    }

    pub fn kind(&self) -> String {
        format!("shop.{}.v1", self.topic())
    }
}

/// The topic where messages of `topic` go that nobody can understand.
pub fn dead_letter_topic(topic: &str) -> String {
    format!("{topic}.dlq")
}
