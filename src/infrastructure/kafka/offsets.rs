//! Which offsets may be committed: the highest contiguous one of each partition, and never an older one than before.

use std::collections::BTreeMap;

use rdkafka::{Offset, TopicPartitionList};

#[derive(Debug, Default)]
pub(super) struct Offsets {
    /// The next offset to read, per topic and partition; what was committed already is taken out.
    done: BTreeMap<(String, i32), i64>,
}

impl Offsets {
    /// Everything up to and including this offset has had its effect. A consumer reads a partition in order, and a batch
    /// is done as a whole, so the highest one is contiguous.
    pub(super) fn done(&mut self, topic: &str, partition: i32, offset: i64) {
        let next = self.done.entry((topic.to_owned(), partition)).or_default();
        *next = (*next).max(offset + 1);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.done.is_empty()
    }

    /// What is to be committed now.
    pub(super) fn take(&mut self) -> TopicPartitionList {
        let mut list = TopicPartitionList::new();
        for ((topic, partition), next) in std::mem::take(&mut self.done) {
            // It fails for a negative offset only.
            let _ = list.add_partition_offset(&topic, partition, Offset::Offset(next));
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_offset_of_each_partition_is_committed_once() {
        let mut offsets = Offsets::default();
        for (partition, offset) in [(0, 4), (1, 9), (0, 5), (0, 6)] {
            offsets.done("orders", partition, offset);
        }
        let list = offsets.take();
        let at = |p| list.find_partition("orders", p).unwrap().offset();
        assert_eq!((at(0), at(1)), (Offset::Offset(7), Offset::Offset(10)));
        assert!(offsets.is_empty());
    }
}
