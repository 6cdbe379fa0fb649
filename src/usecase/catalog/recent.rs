//! What was read a moment ago, counts and views, for whoever looks next: by its age, and never over a change of staff that this process
//! knows of.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use time::{Duration, OffsetDateTime};

use super::super::{Shop, Store};

/// How long a count is shown. A page that has it may be kept for another quarter of a second (`server/src/web/page_cache`), and then it
/// is a second old: of what no process is notified of (stock that orders take) it is the only limit.
const SHOWN_FOR: Duration = Duration::milliseconds(750);
/// Of so many keys at once.
const MOST_KEPT: usize = 256;

/// When something is read, and with how many changes of staff in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadAt {
    at: OffsetDateTime,
    staff_changes: u64,
}

/// Answers by what they are of; by default counts, for as long as those are shown.
pub(super) struct Recent<K, V> {
    kept: Mutex<HashMap<K, (ReadAt, V)>>,
    shown_for: Duration,
    most: usize,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self::of(SHOWN_FOR, MOST_KEPT)
    }
}

impl<K, V> Recent<K, V> {
    /// So many at once, each shown for so long.
    pub(super) fn of(shown_for: Duration, most: usize) -> Self {
        Self { kept: Mutex::new(HashMap::new()), shown_for, most }
    }
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    pub(super) fn get(&self, key: &K, now: ReadAt) -> Option<V> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, value) = kept.get(key)?;
        // A clock that was set back makes nothing young again.
        let is_recent = (now.at - read.at).abs() < self.shown_for;
        let is_shown = read.staff_changes == now.staff_changes && is_recent;
        is_shown.then(|| value.clone())
    }

    /// `read` is from before anything of it was read.
    pub(super) fn keep(&self, key: K, read: ReadAt, value: V) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= self.most && !kept.contains_key(&key) {
            kept.clear();
        }
        kept.insert(key, (read, value));
    }
}

impl<S: Store> Shop<S> {
    /// For what is read from here on.
    pub(super) fn read_at(&self) -> ReadAt {
        ReadAt { at: self.now(), staff_changes: self.store().staff_changes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64, staff_changes: u64) -> ReadAt {
        ReadAt { at: OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(milliseconds), staff_changes }
    }

    #[test]
    fn what_was_read_is_shown_for_a_moment_and_not_over_a_change() {
        let recent = Recent::default();
        recent.keep("glass", at(0, 7), 3);
        for (key, now, shown) in [
            ("glass", at(0, 7), Some(3)),
            ("glass", at(749, 7), Some(3)),
            ("glass", at(750, 7), None),
            ("glass", at(-749, 7), Some(3)),
            ("glass", at(-750, 7), None),
            ("glass", at(1, 8), None),
            ("wood", at(1, 7), None),
        ] {
            assert_eq!(recent.get(&key, now), shown, "{key} {now:?}");
        }
        // Whoever began before the change and comes late brings back nothing of before.
        recent.keep("glass", at(2, 8), 4);
        recent.keep("glass", at(1, 7), 3);
        assert_eq!(recent.get(&"glass", at(3, 8)), None);
    }

    #[test]
    fn there_is_a_most_of_what_is_kept() {
        let recent = Recent::default();
        (0..=MOST_KEPT).for_each(|key| recent.keep(key, at(0, 0), key));
        assert_eq!((recent.get(&0, at(0, 0)), recent.get(&MOST_KEPT, at(0, 0))), (None, Some(MOST_KEPT)));
    }
}
