//! Which other programs are told what happens, and what they answered.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{EndpointId, EndpointState, EventId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointRow {
    pub id: EndpointId,
    pub url: String,
    /// The topics that it hears of.
    pub events: Vec<String>,
    pub state: EndpointState,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When its secret took the place of another.
    #[serde(with = "time::serde::rfc3339::option")]
    pub rotated_at: Option<OffsetDateTime>,
    /// Since when nothing was delivered.
    #[serde(with = "time::serde::rfc3339::option")]
    pub failing_since: Option<OffsetDateTime>,
    /// How much waits; counted up to a thousand and one.
    pub waiting: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointList {
    pub endpoints: Vec<EndpointRow>,
}

/// One thing that an endpoint is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDeliveryRow {
    pub position: i64,
    pub event: EventId,
    pub topic: String,
    /// `waiting`, `delivered`, `given_up`.
    pub state: String,
    pub attempts: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub due_at: OffsetDateTime,
    /// The last try, the status that was answered (none: nobody did), the beginning of the answer, and how long it took.
    #[serde(with = "time::serde::rfc3339::option")]
    pub tried_at: Option<OffsetDateTime>,
    pub status: Option<u16>,
    pub answer: Option<String>,
    pub took_ms: Option<u32>,
}

impl WebhookDeliveryRow {
    /// Whether it can be tried again.
    pub fn is_retryable(&self) -> bool {
        self.state != "delivered"
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointView {
    pub endpoint: EndpointRow,
    /// The newest first.
    pub deliveries: Vec<WebhookDeliveryRow>,
    /// The position behind which there are older ones.
    pub next: Option<i64>,
}
