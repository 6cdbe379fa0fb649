//! Buckets that are known to be empty of tries: who comes again at once is refused without a word to the database.

use std::collections::HashMap;
use std::sync::PoisonError;

use time::{Duration, OffsetDateTime};

use super::super::sync::{Mutex, MutexGuard};
use super::tries::{Bucket, BucketKey};

/// More than anybody needs to be turned away quickly.
const MOST: usize = 20_000;
/// What is known may be overtaken: another process gives tries back.
const BELIEVED: Duration = Duration::seconds(2);

#[derive(Debug, Clone, Copy)]
struct FullBucket {
    not_before: OffsetDateTime,
    seen: OffsetDateTime,
}

impl FullBucket {
    fn holds(&self, now: OffsetDateTime) -> bool {
        now < self.not_before && now < self.seen.saturating_add(BELIEVED)
    }
}

/// Those of this process.
#[derive(Debug, Default)]
pub struct FullBuckets(Mutex<HashMap<BucketKey, FullBucket>>);

impl FullBuckets {
    /// How long there will be no try in one of these, as far as that is known.
    pub fn wait(&self, buckets: &[Bucket], now: OffsetDateTime) -> Option<Duration> {
        let known = self.lock();
        let found = buckets.iter().filter_map(|bucket| known.get(&bucket.key)).filter(|known| known.holds(now));
        found.map(|known| known.not_before - now).max()
    }

    /// There was none in it now, and will be none before then.
    pub fn note(&self, key: BucketKey, not_before: OffsetDateTime, now: OffsetDateTime) {
        let mut known = self.lock();
        if known.len() >= MOST {
            known.retain(|_, known| known.holds(now));
        }
        // It saves a question, and is not worth a search for which to forget.
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key, FullBucket { not_before, seen: now });
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<BucketKey, FullBucket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn bucket(number: u32) -> Bucket {
        let mut key = BucketKey::default();
        key[..4].copy_from_slice(&number.to_be_bytes());
        Bucket { key, step: Duration::MINUTE, room: Duration::HOUR }
    }

    #[test]
    fn what_is_known_to_be_empty_is_believed_for_a_moment() {
        let full = FullBuckets::default();
        let (one, other) = (bucket(1), bucket(2));
        assert_eq!(full.wait(&[one, other], NOW), None);
        full.note(one.key, NOW + Duration::MINUTE, NOW);
        full.note(other.key, NOW + Duration::SECOND, NOW);
        assert_eq!(full.wait(&[one], NOW), Some(Duration::MINUTE));
        assert_eq!(full.wait(&[other, one], NOW), Some(Duration::MINUTE));
        assert_eq!(full.wait(&[other], NOW + Duration::SECOND), None, "there is one again");
        assert_eq!(full.wait(&[one], NOW + BELIEVED), None, "one may have been given back elsewhere");
    }

    #[test]
    fn there_is_a_most_of_what_is_known() {
        let full = FullBuckets::default();
        for number in 0..u32::try_from(MOST).unwrap() + 10 {
            full.note(bucket(number).key, NOW + Duration::HOUR, NOW);
        }
        assert!(full.lock().len() <= MOST);
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use std::sync::Arc;

    use shuttle::thread;

    use super::super::super::explore::explore;
    use super::*;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    #[test]
    fn whoever_is_turned_away_waits_as_long_as_somebody_has_noted() {
        explore(|| {
            let full = Arc::new(FullBuckets::default());
            let bucket = |key| Bucket { key: [key; 16], step: Duration::MINUTE, room: Duration::HOUR };
            let both = [bucket(1), bucket(2)];
            let noting: Vec<_> = [(1, Duration::MINUTE), (2, Duration::HOUR)]
                .map(|(key, wait)| {
                    let full = Arc::clone(&full);
                    thread::spawn(move || full.note([key; 16], NOW + wait, NOW))
                })
                .into();
            let wait = full.wait(&both, NOW);
            assert!([None, Some(Duration::MINUTE), Some(Duration::HOUR)].contains(&wait), "{wait:?}");
            noting.into_iter().for_each(|thread| thread.join().unwrap());
            assert_eq!(full.wait(&both, NOW), Some(Duration::HOUR), "nothing that was noted is lost");
            assert_eq!(full.wait(&both[..1], NOW), Some(Duration::MINUTE));
        });
    }
}
