//! The event backbone as staff see it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// An event that is held back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldEventView {
    pub position: i64,
    pub topic: String,
    pub key: String,
    pub attempts: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub until: OffsetDateTime,
    /// None: it waits for an earlier event with its key.
    pub reason: Option<String>,
}

/// A message that nobody could read, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetterView {
    pub position: i64,
    pub topic: String,
    pub key: String,
    pub kind: String,
    pub payload: String,
    pub headers: Vec<(String, String)>,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl DeadLetterView {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventsView {
    /// Events that wait to be published, and the age of the oldest in seconds.
    pub waiting: u64,
    pub oldest_seconds: u64,
    pub held: Vec<HeldEventView>,
    pub dead: Vec<DeadLetterView>,
    /// Behind which position the next page of dead letters begins.
    pub next: Option<i64>,
}
