//! Something that several read anew from time to time, and that all look at: what was read before something newer is left
//! alone, whoever comes first.

use std::sync::PoisonError;

use super::sync::RwLock;

/// A value and which revision of it this is.
pub(super) struct Newest<T>(RwLock<(i64, T)>);

impl<T: Clone> Newest<T> {
    pub(super) const fn new(revision: i64, value: T) -> Self {
        Self(RwLock::new((revision, value)))
    }

    pub(super) fn get(&self) -> T {
        self.0.read().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Takes the place of what is older, and of the same once more.
    pub(super) fn hold(&self, revision: i64, value: T) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if revision >= held.0 {
            *held = (revision, value);
        }
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use std::sync::Arc;

    use shuttle::thread;

    use super::super::explore::explore;
    use super::super::sync::Mutex;
    use super::Newest;

    #[test]
    fn whoever_reads_late_does_not_bring_back_what_is_older() {
        explore(|| {
            let (saved, newest) = (Arc::new(Mutex::new(0)), Arc::new(Newest::new(0, 0)));
            let work: Vec<_> = (0..3)
                .map(|_| {
                    let (saved, newest) = (Arc::clone(&saved), Arc::clone(&newest));
                    thread::spawn(move || {
                        *saved.lock().unwrap() += 1;
                        let found = *saved.lock().unwrap();
                        newest.hold(found, found);
                        assert!(newest.get() >= found, "whoever saved something sees it");
                    })
                })
                .collect();
            let (first, second) = (newest.get(), newest.get());
            assert!(first <= second, "it never goes back");
            work.into_iter().for_each(|thread| thread.join().unwrap());
            assert_eq!(newest.get(), 3);
        });
    }
}
