//! Runs a model under many interleavings of its threads: by chance, and with few changes of turn at the places where they
//! hurt. A failing one is printed and is run again by `shuttle::replay`. Compiled for `make race` alone; session and server
//! have this file, too.

use std::sync::Arc;

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner};

/// How many changes of turn.
const TURNS: usize = 3;

/// `SCHEDULES` says how many interleavings of each kind there are.
pub(crate) fn explore(model: impl Fn() + Send + Sync + 'static) {
    let schedules = std::env::var("SCHEDULES").ok().and_then(|count| count.parse().ok()).unwrap_or(1_000);
    let mut config = Config::new();
    // Unoptimised code and the C of Kafka's client need more than there is by default.
    config.stack_size = 1 << 18;
    // The orders that are weaker than SeqCst are the sanitizer's business.
    config.silence_warnings = true;
    let model = Arc::new(model);
    let again = Arc::clone(&model);
    Runner::new(RandomScheduler::new(schedules), config.clone()).run(move || model());
    Runner::new(PctScheduler::new(TURNS, schedules), config).run(move || again());
}
