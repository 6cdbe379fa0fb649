//! What was just given back, for whoever asks next: the last one first.
//!
//! sqlx hands its connections out in turn, so every statement meets that process of the server whose plans and catalogue have
//! lain the longest; and it asks each that is given back whether it lives, which is one more round trip for every statement.
//! What was used a moment ago, and has read its answers to their end, needs neither. Nothing here knows a database: only who
//! waits, and what lies since when.

use std::fmt;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use crate::usecase::sync::{Mutex, MutexGuard};

/// What lies longer is asked whether it lives before it is used, and goes back to the pool beneath when nobody needs it.
pub(super) const FRESH: Duration = Duration::from_secs(1);
/// Once in this time the pool beneath has each back, and closes what has become too old.
const AWAY: Duration = Duration::from_secs(60);

/// Some of the connections of a pool, on top of it.
pub(super) struct IdleStack<C> {
    most: usize,
    state: Mutex<State<C>>,
}

struct State<C> {
    /// The one that was given back last is the last.
    idle: Vec<Idle<C>>,
    /// So many wait for the pool beneath: what is given back is theirs.
    waiting: usize,
    is_closed: bool,
}

/// One that lies here.
pub(super) struct Idle<C> {
    pub(super) connection: C,
    /// When it left the pool beneath.
    pub(super) taken_at: Instant,
    given_back_at: Instant,
}

impl<C> Idle<C> {
    pub(super) fn is_fresh(&self) -> bool {
        self.given_back_at.elapsed() <= FRESH
    }
}

/// A place among those who wait for the pool beneath, until it is dropped.
pub(super) struct Waiting<'a, C>(&'a IdleStack<C>);

impl<C> IdleStack<C> {
    /// At most so many lie here; none: all are the pool's.
    pub(super) fn new(most: usize) -> Self {
        Self { most, state: Mutex::new(State { idle: Vec::new(), waiting: 0, is_closed: false }) }
    }

    /// The one that was given back last. Where none is, a place among those who wait, from the same moment on: whatever is
    /// given back afterwards goes to the pool.
    pub(super) fn take(&self) -> Result<Idle<C>, Waiting<'_, C>> {
        let mut state = self.state();
        if let Some(idle) = state.idle.pop() {
            return Ok(idle);
        }
        state.waiting += 1;
        Err(Waiting(self))
    }

    /// Keeps one that has read its answers to their end. Answers what is the pool's instead: this one, if somebody waits or
    /// it has been away for long, or another that nobody has needed for a while.
    pub(super) fn give_back(&self, connection: C, taken_at: Instant, now: Instant) -> Option<C> {
        let mut state = self.state();
        let has_room = state.idle.len() < self.most && !state.is_closed;
        if !has_room || state.waiting > 0 || now.saturating_duration_since(taken_at) >= AWAY {
            return Some(connection);
        }
        state.idle.push(Idle { connection, taken_at, given_back_at: now });
        let lay = state.idle.first().map(|oldest| now.saturating_duration_since(oldest.given_back_at));
        lay.is_some_and(|lay| lay > FRESH).then(|| state.idle.remove(0).connection)
    }

    /// All that lie here.
    pub(super) fn take_all(&self) -> Vec<C> {
        std::mem::take(&mut self.state().idle).into_iter().map(|idle| idle.connection).collect()
    }

    /// The same, and nothing is kept any more.
    pub(super) fn close(&self) -> Vec<C> {
        self.state().is_closed = true;
        self.take_all()
    }

    pub(super) fn count(&self) -> usize {
        self.state().idle.len()
    }

    fn state(&self) -> MutexGuard<'_, State<C>> {
        // Nobody panics while they hold it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Drop for Waiting<'_, C> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.waiting = state.waiting.saturating_sub(1);
    }
}

impl<C> fmt::Debug for IdleStack<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdleStack").field("most", &self.most).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_is_the_first_and_what_nobody_needs_is_the_pools() {
        let (stack, now) = (IdleStack::new(2), Instant::now());
        assert_eq!(stack.give_back('a', now, now), None);
        assert_eq!(stack.give_back('b', now, now), None);
        assert_eq!(stack.give_back('c', now, now), Some('c'), "there are enough");
        assert_eq!(stack.take().ok().map(|idle| idle.connection), Some('b'));
        let later = now + FRESH + Duration::from_millis(1);
        assert_eq!(stack.give_back('b', now, later), Some('a'), "it lay while one was enough");
        assert_eq!(stack.give_back('d', now, now + AWAY), Some('d'), "the pool has each back some day");
        assert_eq!((stack.close(), stack.give_back('e', now, now)), (vec!['b'], Some('e')));
    }

    #[test]
    fn who_waits_for_the_pool_is_given_what_comes_back() {
        let (stack, now) = (IdleStack::new(2), Instant::now());
        let waiting = stack.take().err();
        assert!(waiting.is_some());
        assert_eq!(stack.give_back('a', now, now), Some('a'));
        drop(waiting);
        assert_eq!((stack.give_back('a', now, now), stack.count()), (None, 1));
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use std::sync::Arc;

    use shuttle::thread;

    use super::*;
    use crate::usecase::explore::explore;

    /// The pool beneath: what lies there is taken by whoever waits.
    fn take(stack: &IdleStack<u8>, pool: &Mutex<Vec<u8>>) -> u8 {
        let waiting = match stack.take() {
            Ok(idle) => return idle.connection,
            Err(waiting) => waiting,
        };
        loop {
            if let Some(one) = pool.lock().unwrap().pop() {
                drop(waiting);
                return one;
            }
            thread::yield_now();
        }
    }

    #[test]
    fn nobody_waits_for_the_pool_while_the_only_one_lies_on_the_stack() {
        explore(|| {
            let (stack, pool) = (Arc::new(IdleStack::new(1)), Arc::new(Mutex::new(vec![1])));
            let threads = [1, 2].map(|_| {
                let (stack, pool) = (Arc::clone(&stack), Arc::clone(&pool));
                thread::spawn(move || {
                    let (one, now) = (take(&stack, &pool), Instant::now());
                    if let Some(one) = stack.give_back(one, now, now) {
                        pool.lock().unwrap().push(one);
                    }
                })
            });
            for thread in threads {
                thread.join().unwrap();
            }
            assert_eq!(stack.count() + pool.lock().unwrap().len(), 1);
        });
    }
}
