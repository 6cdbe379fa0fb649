//! Whether a silent consumer has a reason to be silent. One that has left its group without a word is silent, too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use rdkafka::consumer::Consumer as _;
use rdkafka::error::KafkaResult;
use rdkafka::{Offset, TopicPartitionList};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use super::context::Reader;
use super::held::Place;

/// After so long without a message it looks whether there should have been one, and so often from then on.
pub(super) const SILENCE: Duration = Duration::from_secs(30);
const LIMIT: Duration = Duration::from_secs(5);

/// Where the group stands in each partition.
pub(super) type Lag = BTreeMap<Place, Behind>;

/// Where a group stands in a partition, and where that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Behind {
    pub at: i64,
    pub end: i64,
}

impl Behind {
    /// Whether the partition holds more than the group has committed.
    const fn waits(self) -> bool {
        self.at < self.end
    }
}

pub(super) struct Watchdog {
    silence: Duration,
    next: Instant,
    before: Lag,
    looking: Option<JoinHandle<KafkaResult<Lag>>>,
}

impl Watchdog {
    pub(super) fn new(silence: Duration) -> Self {
        Self { silence, next: Instant::now() + silence, before: Lag::new(), looking: None }
    }

    /// A message came: all is well.
    pub(super) fn reset(&mut self) {
        *self = Self::new(self.silence);
    }

    /// Returns when messages lie there that nobody works off, never otherwise; in the partitions that are `held` they may.
    /// `quiet` is called after each silence. May be dropped and called again at any time.
    pub(super) async fn wait_until_stuck(&mut self, reader: &Arc<Reader>, held: &BTreeSet<Place>, quiet: impl Fn()) {
        loop {
            let looking = match &mut self.looking {
                Some(looking) => looking,
                None => {
                    sleep_until(self.next).await;
                    quiet();
                    let reader = Arc::clone(reader);
                    self.looking.insert(tokio::task::spawn_blocking(move || lag(&reader)))
                }
            };
            let found = looking.await;
            self.looking = None;
            self.next = Instant::now() + self.silence;
            let mut now = match found {
                Ok(Ok(lag)) => lag,
                // A broker that does not answer is no reason to join anew.
                Ok(Err(cause)) => {
                    tracing::debug!(error = %cause, "the lag is unknown");
                    Lag::new()
                }
                Err(cause) => {
                    tracing::error!(error = %cause, "the watchdog failed");
                    Lag::new()
                }
            };
            now.retain(|place, _| !held.contains(place));
            if is_stuck(&self.before, &now) {
                return;
            }
            self.before = now;
        }
    }
}

/// The lag in the consumer's partitions, or, when it has none, in all of its topics'. These calls block.
pub(super) fn lag(reader: &Reader) -> KafkaResult<Lag> {
    let mut mine = reader.assignment()?;
    if mine.count() == 0 {
        mine = everything(reader)?;
    }
    let mut ends = mine.clone();
    ends.set_all_offsets(Offset::End)?;
    let ends = reader.offsets_for_times(ends, LIMIT)?;
    let committed = reader.committed_offsets(mine, LIMIT)?;
    let mut lag = Lag::new();
    for place in committed.elements() {
        let (topic, partition) = (place.topic(), place.partition());
        let Some(Offset::Offset(end)) = ends.find_partition(topic, partition).map(|p| p.offset()) else { continue };
        let at = match place.offset() {
            Offset::Offset(at) => at,
            // Nothing was committed yet. What was deleted since is not waited for.
            _ if end > 0 => reader.fetch_watermarks(topic, partition, LIMIT)?.0,
            _ => end,
        };
        lag.insert((topic.to_owned(), partition), Behind { at, end });
    }
    Ok(lag)
}

fn everything(reader: &Reader) -> KafkaResult<TopicPartitionList> {
    let mut all = TopicPartitionList::new();
    for topic in reader.subscription()?.elements() {
        let metadata = reader.fetch_metadata(Some(topic.topic()), LIMIT)?;
        for partition in metadata.topics().iter().flat_map(rdkafka::metadata::MetadataTopic::partitions) {
            all.add_partition(topic.topic(), partition.id());
        }
    }
    Ok(all)
}

/// Whether some partition lagged before, lags now, and nobody moved it in between.
fn is_stuck(before: &Lag, now: &Lag) -> bool {
    let is_unmoved = |before: &Behind, now: &Behind| before.waits() && now.waits() && before.at == now.at;
    now.iter().any(|(place, now)| before.get(place).is_some_and(|before| is_unmoved(before, now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lag_that_nobody_works_off_is_a_sign() {
        let behind = |at: i64| Behind { at, end: at + 3 };
        let lag = |at: &[(i32, i64)]| at.iter().map(|(p, at)| (("t".to_owned(), *p), behind(*at))).collect::<Lag>();
        assert!(is_stuck(&lag(&[(0, 5)]), &lag(&[(0, 5)])));
        assert!(!is_stuck(&lag(&[(0, 5)]), &lag(&[(0, 6)])));
        assert!(!is_stuck(&lag(&[(0, 5)]), &lag(&[])));
        assert!(!is_stuck(&lag(&[]), &lag(&[(0, 5)])));
        let done: Lag = [(("t".to_owned(), 0), Behind { at: 5, end: 5 })].into();
        assert!(!is_stuck(&done, &done), "nothing waits there");
        assert!(!is_stuck(&done, &lag(&[(0, 5)])), "it has only just come");
    }
}
