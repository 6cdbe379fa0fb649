//! What many use until somebody finds it beyond repair: another takes its place, once, however many find it so.

use std::sync::{Arc, PoisonError};

use crate::usecase::sync::{Mutex, MutexGuard};

pub(super) struct Replaceable<T>(Mutex<Arc<T>>);

impl<T> Replaceable<T> {
    pub(super) const fn new(first: Arc<T>) -> Self {
        Self(Mutex::new(first))
    }

    pub(super) fn now(&self) -> Arc<T> {
        Arc::clone(&self.lock())
    }

    /// Puts another in the place of the one that was used. False where somebody has done that before: theirs is used.
    pub(super) fn replace(&self, used: &Arc<T>, fresh: Arc<T>) -> bool {
        let mut now = self.lock();
        let is_used = Arc::ptr_eq(&now, used);
        if is_used {
            *now = fresh;
        }
        is_used
    }

    pub(super) fn into_inner(self) -> Arc<T> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, Arc<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use shuttle::thread;

    use super::*;
    use crate::usecase::explore::explore;

    #[test]
    fn one_that_is_beyond_repair_is_replaced_once() {
        explore(|| {
            let shared = Arc::new(Replaceable::new(Arc::new(0)));
            let users: Vec<_> = (1..=3)
                .map(|user| {
                    let shared = Arc::clone(&shared);
                    thread::spawn(move || {
                        let used = shared.now();
                        let is_replaced = *used == 0 && shared.replace(&used, Arc::new(user));
                        assert_ne!(*shared.now(), 0, "nobody uses it any more");
                        is_replaced.then_some(user)
                    })
                })
                .collect();
            let replaced: Vec<_> = users.into_iter().filter_map(|thread| thread.join().unwrap()).collect();
            assert_eq!(replaced, [*shared.now()], "and who came first is used by all");
        });
    }
}
