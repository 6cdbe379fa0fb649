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

#[cfg(all(test, shuttle))]
mod models {
    use std::sync::Arc;

    use shuttle::rand::{Rng as _, thread_rng};
    use shuttle::sync::mpsc::channel;
    use shuttle::thread;

    use super::*;
    use crate::usecase::explore::explore;
    use crate::usecase::sync::Mutex;

    const PARTITIONS: usize = 2;
    const EVENTS: i64 = 3;

    /// The database and the broker, by partition: which event has its effect next, and which is read next by who joins.
    #[derive(Default)]
    struct Around {
        effects: Mutex<[i64; PARTITIONS]>,
        committed: Mutex<[i64; PARTITIONS]>,
        /// Who joined last: nobody else's commits are taken.
        member: Mutex<u32>,
    }

    impl Around {
        /// Again, or in its turn; never before its turn.
        fn effect(&self, partition: usize, offset: i64) {
            let mut effects = self.effects.lock().unwrap();
            assert!(offset <= effects[partition], "an event is left out");
            effects[partition] = effects[partition].max(offset + 1);
        }

        fn commit(&self, member: u32, offsets: &[(usize, i64)]) {
            let last = self.member.lock().unwrap();
            if *last != member {
                return;
            }
            for (partition, next) in offsets {
                assert!(*next <= self.effects.lock().unwrap()[*partition], "what had no effect would not come again");
                let mut committed = self.committed.lock().unwrap();
                assert!(*next > committed[*partition], "what is committed would come again");
                committed[*partition] = *next;
            }
        }
    }

    fn taken(offsets: &mut Offsets) -> Vec<(usize, i64)> {
        let next = |offset: Offset| if let Offset::Offset(next) = offset { next } else { panic!("{offset:?}") };
        let list = offsets.take();
        list.elements().iter().map(|e| (usize::try_from(e.partition()).unwrap(), next(e.offset()))).collect()
    }

    /// Reads on from what is committed, until there is no more, or until it dies. Its commits are on their way meanwhile.
    fn consume(around: &Arc<Around>, member: u32, may_die: bool) {
        *around.member.lock().unwrap() = member;
        let mut next = *around.committed.lock().unwrap();
        let mut offsets = Offsets::default();
        let (sent, arriving) = channel();
        let broker = Arc::clone(around);
        let way = thread::spawn(move || {
            while let Ok(offsets) = arriving.recv() {
                broker.commit(member, &offsets);
            }
        });
        while next != [EVENTS; PARTITIONS] && !(may_die && thread_rng().gen_ratio(1, 6)) {
            let ready: Vec<_> = (0..PARTITIONS).filter(|partition| next[*partition] < EVENTS).collect();
            let partition = ready[thread_rng().gen_range(0..ready.len())];
            around.effect(partition, next[partition]);
            offsets.done("orders", i32::try_from(partition).unwrap(), next[partition]);
            next[partition] += 1;
            if thread_rng().gen_bool(0.5) {
                sent.send(taken(&mut offsets)).unwrap();
            }
        }
        if !may_die {
            sent.send(taken(&mut offsets)).unwrap();
        }
        drop(sent);
        way.join().unwrap();
    }

    #[test]
    fn whoever_dies_and_whoever_takes_over_nothing_is_left_out() {
        explore(|| {
            let around = Arc::new(Around::default());
            let members: Vec<_> = (1..=2)
                .map(|member| {
                    let around = Arc::clone(&around);
                    thread::spawn(move || consume(&around, member, true))
                })
                .collect();
            members.into_iter().for_each(|thread| thread.join().unwrap());
            consume(&around, 3, false);
            assert_eq!(*around.effects.lock().unwrap(), [EVENTS; PARTITIONS]);
            assert_eq!(*around.committed.lock().unwrap(), [EVENTS; PARTITIONS]);
        });
    }
}
