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

/// What a task of background work is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    Starting,
    Running,
    /// For work, for its turn, or to be started again.
    Waiting,
    Stopping,
    Stopped,
}

/// A task of the process that answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskView {
    pub name: String,
    pub state: TaskState,
    pub restarts: u32,
    /// Seconds since it last got something done, or found nothing to do.
    pub idle_seconds: u64,
}

/// How far a consumer group is: of the newest events that are its own, those that it has not handled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupLag {
    pub group: String,
    pub waiting: u32,
    pub oldest_seconds: u64,
}

/// How far a group is in a partition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionLag {
    pub topic: String,
    pub partition: i32,
    /// Where it begins when it is read again.
    pub committed: u64,
    /// Messages behind that.
    pub waiting: u64,
}

/// What a group's member in this process found when it last looked at its partitions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPartitions {
    pub group: String,
    /// How long ago it looked.
    pub looked_seconds: u64,
    /// All that are its own.
    pub partitions: Vec<PartitionLag>,
}

/// What became of the dead letters that were to be put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ReplayedEvents {
    pub back: u32,
    /// Those that could not be, each for a mistake of its own.
    pub left: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventsView {
    /// Events that wait to be published, and the age of the oldest in seconds.
    pub waiting: u64,
    pub oldest_seconds: u64,
    pub held: Vec<HeldEventView>,
    /// All there are.
    pub groups: Vec<GroupLag>,
    pub dead: Vec<DeadLetterView>,
    /// Behind which position the next page of dead letters begins.
    pub next: Option<i64>,
    /// The background work of the process that answered; not all of it runs in each.
    pub tasks: Vec<TaskView>,
    /// Where Kafka carries the events and this process consumes them.
    pub partitions: Vec<GroupPartitions>,
}
