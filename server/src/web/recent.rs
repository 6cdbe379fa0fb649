//! What was looked up a moment ago, for all who ask: one looks, and whoever comes meanwhile waits for that.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

/// Cheap to clone.
#[derive(Debug)]
pub(super) struct Recent<T: ?Sized>(Arc<Mutex<Option<Look<T>>>>);

#[derive(Debug)]
struct Look<T: ?Sized> {
    at: Instant,
    found: Arc<T>,
}

impl<T: ?Sized> Clone for Recent<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: ?Sized> Default for Recent<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(None)))
    }
}

impl<T: ?Sized> Recent<T> {
    /// As it was found within this time; else it is looked up now, by one of those who ask. Where that fails, or whoever looks
    /// goes away, the next one looks.
    pub(super) async fn get<E>(
        &self,
        within: Duration,
        look: impl Future<Output = Result<Arc<T>, E>>,
    ) -> Result<Arc<T>, E> {
        let mut last = self.0.lock().await;
        if let Some(look) = last.as_ref().filter(|look| look.at.elapsed() < within) {
            return Ok(Arc::clone(&look.found));
        }
        let found = look.await?;
        *last = Some(Look { at: Instant::now(), found: Arc::clone(&found) });
        Ok(found)
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    use shuttle::future::{block_on, spawn, yield_now};

    use super::*;
    use crate::explore::explore;

    const HOUR: Duration = Duration::from_secs(3_600);

    #[derive(Default)]
    struct Looks {
        is_looking: AtomicBool,
        count: AtomicU32,
    }

    impl Looks {
        /// The first finds nothing.
        async fn look(&self) -> Result<Arc<u32>, &'static str> {
            assert!(!self.is_looking.swap(true, Ordering::SeqCst), "one at a time");
            yield_now().await;
            self.is_looking.store(false, Ordering::SeqCst);
            match self.count.fetch_add(1, Ordering::SeqCst) {
                0 => Err("away"),
                before => Ok(Arc::new(before)),
            }
        }
    }

    #[test]
    fn one_looks_for_all_and_where_that_fails_the_next() {
        explore(|| {
            let (recent, looks) = (Recent::<u32>::default(), Arc::new(Looks::default()));
            let asked: Vec<_> = (0..4)
                .map(|_| {
                    let (recent, looks) = (recent.clone(), Arc::clone(&looks));
                    spawn(async move { recent.get(HOUR, looks.look()).await })
                })
                .collect();
            let mut failed = 0;
            for answer in asked {
                match block_on(answer).unwrap() {
                    Ok(found) => assert_eq!(*found, 1),
                    Err(_) => failed += 1,
                }
            }
            assert_eq!((failed, looks.count.load(Ordering::SeqCst)), (1, 2));
        });
    }

    #[test]
    fn whoever_goes_away_while_they_look_keeps_nobody_waiting() {
        explore(|| {
            let recent = Recent::<u32>::default();
            let gone = recent.clone();
            let looking = spawn(async move { gone.get(HOUR, std::future::pending::<Result<Arc<u32>, ()>>()).await });
            let waiting = recent.clone();
            let waits = spawn(async move { waiting.get(HOUR, async { Ok::<_, ()>(Arc::new(7)) }).await });
            looking.abort();
            assert_eq!(block_on(waits).unwrap(), Ok(Arc::new(7)));
        });
    }
}
