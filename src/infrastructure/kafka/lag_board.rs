//! What each group's member in this process last found in its partitions, for staff and metrics. It looks whether it is busy or
//! not; nothing is decided by it.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

use crate::domain::Consumer;
use crate::dto::{GroupPartitions, PartitionLag};

use super::Kafka;
use super::context::Reader;
use super::held::Place;
use super::watchdog::{Behind, Lag, lag};

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct LagBoard(Arc<Mutex<BTreeMap<&'static str, Found>>>);

struct Found {
    at: Instant,
    partitions: Vec<PartitionLag>,
}

impl LagBoard {
    /// By the group's name; of each all its partitions in this process.
    pub fn snapshot(&self) -> Vec<GroupPartitions> {
        let found = |(group, found): (&&'static str, &Found)| GroupPartitions {
            group: (*group).to_owned(),
            looked_seconds: found.at.elapsed().as_secs(),
            partitions: found.partitions.clone(),
        };
        self.found().iter().map(found).collect()
    }

    fn note(&self, group: Consumer, kafka: &Kafka, lag: &Lag) {
        let partition = |(place, behind): (&Place, &Behind)| PartitionLag {
            topic: kafka.name_of(&place.0).to_owned(),
            partition: place.1,
            committed: u64::try_from(behind.at).unwrap_or(0),
            waiting: u64::try_from(behind.end.saturating_sub(behind.at)).unwrap_or(0),
        };
        let partitions = lag.iter().map(partition).collect();
        self.found().insert(group.group(), Found { at: Instant::now(), partitions });
    }

    /// Looks into the reader's partitions again and again, each time so much later, and writes down what it finds.
    pub(super) async fn watch(
        &self,
        group: Consumer,
        kafka: &Kafka,
        reader: &Arc<Reader>,
        period: Duration,
    ) -> Infallible {
        loop {
            sleep(period).await;
            let reader = Arc::clone(reader);
            match spawn_blocking(move || lag(&reader)).await {
                Ok(Ok(lag)) => self.note(group, kafka, &lag),
                // What was found before grows old, and is not told any more.
                Ok(Err(cause)) => tracing::debug!(error = %cause, "the lag is unknown"),
                Err(cause) => tracing::error!(error = %cause, "nobody looked into the partitions"),
            }
        }
    }

    fn found(&self) -> MutexGuard<'_, BTreeMap<&'static str, Found>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_last_is_told_under_the_topics_own_name() {
        let (board, kafka) = (LagBoard::default(), Kafka { prefix: "test.".to_owned(), ..Kafka::new("localhost:1") });
        assert_eq!(board.snapshot(), []);
        let place = ("test.order.created".to_owned(), 3);
        let lag: Lag = [(place, Behind { at: 40, end: 42 })].into();
        board.note(Consumer::Inventory, &kafka, &lag);
        board.note(Consumer::Orders, &kafka, &lag);
        board.note(Consumer::Orders, &kafka, &Lag::new());
        let waits = PartitionLag { topic: "order.created".to_owned(), partition: 3, committed: 40, waiting: 2 };
        let told = |group: &str, partitions| GroupPartitions { group: group.to_owned(), looked_seconds: 0, partitions };
        assert_eq!(board.snapshot(), [told("inventory", vec![waits]), told("orders", Vec::new())]);
    }
}
