//! Partitions that are held: their next event could not have its effect yet. They are paused, and what was read of them
//! is offered again with growing pauses, in order, while the other partitions flow.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rdkafka::TopicPartitionList;
use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaResult;
use tokio::time::{Instant, sleep_until};

use crate::usecase::{Backoff, backoff};

use super::context::Reader;
use super::message::Received;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A topic, as the broker spells it, and a partition of it.
pub(super) type Place = (String, i32);

#[derive(Default)]
pub(super) struct Held(BTreeMap<Place, Partition>);

struct Partition {
    /// Empty while they are being tried again.
    messages: Vec<Received>,
    pauses: Backoff,
    due: Instant,
}

impl Held {
    pub(super) fn places(&self) -> BTreeSet<Place> {
        self.0.keys().cloned().collect()
    }

    /// Sleeps until a partition is to be tried again; for ever if none is held.
    pub(super) async fn until_due(&self) {
        match self.0.values().map(|partition| partition.due).min() {
            Some(due) => sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// Everything that is to be tried again now. What is not ours any more is left to whom it is now.
    pub(super) fn take_due(&mut self, reader: &Reader) -> KafkaResult<Vec<Received>> {
        self.forget_others(reader)?;
        let now = Instant::now();
        let due = self.0.values_mut().filter(|partition| partition.due <= now);
        Ok(due.flat_map(|partition| std::mem::take(&mut partition.messages)).collect())
    }

    /// Takes out of a batch what lies behind something that is held: it arrives all the same when a partition has moved
    /// to us, or was under way when it was paused.
    pub(super) fn keep_back(&mut self, reader: &Reader, batch: Vec<Received>) -> KafkaResult<Vec<Received>> {
        if self.0.is_empty() {
            return Ok(batch);
        }
        self.forget_others(reader)?;
        let mut free = Vec::with_capacity(batch.len());
        for message in batch {
            let Some(partition) = self.0.get_mut(&message.place()) else {
                free.push(message);
                continue;
            };
            reader.pause(&list_of([&message.place()]))?;
            if partition.messages.last().is_none_or(|last| last.offset < message.offset) {
                partition.messages.push(message);
            }
        }
        Ok(free)
    }

    /// After an attempt: what is left of it is held, and partitions of which nothing is left go on.
    pub(super) fn settle(&mut self, reader: &Reader, tried: &BTreeSet<Place>, left: Vec<Received>) -> KafkaResult<()> {
        let mut still: BTreeMap<Place, Vec<Received>> = BTreeMap::new();
        for message in left {
            still.entry(message.place()).or_default().push(message);
        }
        for (topic, partition) in tried.iter().filter(|place| !still.contains_key(*place)) {
            if self.0.remove(&(topic.clone(), *partition)).is_some() {
                tracing::info!(topic, partition, "going on");
                reader.resume(&list_of([&(topic.clone(), *partition)]))?;
            }
        }
        for (place, messages) in still {
            reader.pause(&list_of([&place]))?;
            let partition = self.0.entry(place).or_insert_with(|| Partition {
                messages: Vec::new(),
                pauses: backoff(FIRST_PAUSE, LONGEST_PAUSE),
                due: Instant::now(),
            });
            partition.messages = messages;
            partition.due = Instant::now() + partition.pauses.next_pause();
        }
        Ok(())
    }

    fn forget_others(&mut self, reader: &Reader) -> KafkaResult<()> {
        let ours = reader.assignment()?;
        self.0.retain(|(topic, partition), _| ours.find_partition(topic, *partition).is_some());
        Ok(())
    }
}

fn list_of<'a>(places: impl IntoIterator<Item = &'a Place>) -> TopicPartitionList {
    let mut list = TopicPartitionList::new();
    for (topic, partition) in places {
        list.add_partition(topic, *partition);
    }
    list
}
