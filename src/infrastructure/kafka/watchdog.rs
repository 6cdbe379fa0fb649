//! Whether a silent consumer has a reason to be silent. One that has left its group without a word is silent, too.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::error::KafkaResult;
use rdkafka::{Offset, TopicPartitionList};

const LIMIT: Duration = Duration::from_secs(5);

/// What each lagging partition was committed at.
pub(super) type Lag = BTreeMap<(String, i32), i64>;

/// The partitions that have messages which their group has not committed: the consumer's own, or, when it has none, all
/// of its topics'. These calls block, so never on an async thread.
pub(super) fn lag(consumer: &StreamConsumer) -> KafkaResult<Lag> {
    let mut mine = consumer.assignment()?;
    if mine.count() == 0 {
        mine = everything(consumer)?;
    }
    let mut lag = Lag::new();
    for place in consumer.committed_offsets(mine, LIMIT)?.elements() {
        let (first, end) = consumer.fetch_watermarks(place.topic(), place.partition(), LIMIT)?;
        let at = match place.offset() {
            Offset::Offset(at) => at,
            _ => first,
        };
        if at < end {
            lag.insert((place.topic().to_owned(), place.partition()), at);
        }
    }
    Ok(lag)
}

fn everything(consumer: &StreamConsumer) -> KafkaResult<TopicPartitionList> {
    let mut all = TopicPartitionList::new();
    for topic in consumer.subscription()?.elements() {
        let metadata = consumer.fetch_metadata(Some(topic.topic()), LIMIT)?;
        for partition in metadata.topics().iter().flat_map(rdkafka::metadata::MetadataTopic::partitions) {
            all.add_partition(topic.topic(), partition.id());
        }
    }
    Ok(all)
}

/// Whether some partition lagged before, lags now, and nobody moved it in between.
pub(super) fn is_stuck(before: &Lag, now: &Lag) -> bool {
    now.iter().any(|(place, at)| before.get(place) == Some(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lag_that_nobody_works_off_is_a_sign() {
        let lag = |at: &[(i32, i64)]| at.iter().map(|(p, at)| (("t".to_owned(), *p), *at)).collect::<Lag>();
        assert!(is_stuck(&lag(&[(0, 5)]), &lag(&[(0, 5)])));
        assert!(!is_stuck(&lag(&[(0, 5)]), &lag(&[(0, 6)])));
        assert!(!is_stuck(&lag(&[(0, 5)]), &lag(&[])));
        assert!(!is_stuck(&lag(&[]), &lag(&[(0, 5)])));
    }
}
