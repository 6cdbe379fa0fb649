//! The tests' clock.

use std::sync::Mutex;

use shop::infrastructure::clock::SystemClock;
use shop::usecase::Clock;
use time::{Duration, OffsetDateTime};

/// The real time, and as much later as a test says.
#[derive(Default)]
pub struct TestClock {
    later: Mutex<Duration>,
    with_each_look: Mutex<Duration>,
}

impl TestClock {
    pub fn advance(&self, by: Duration) {
        *self.later.lock().unwrap() += by;
    }

    /// From now on so much of it passes whenever somebody looks.
    pub fn advance_with_each_look(&self, by: Duration) {
        *self.with_each_look.lock().unwrap() = by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> OffsetDateTime {
        let step = *self.with_each_look.lock().unwrap();
        let mut later = self.later.lock().unwrap();
        *later += step;
        SystemClock.now() + *later
    }
}
