//! What a process counts of itself while it runs, for whoever watches it: numbers that only grow, and how many do something
//! at this moment. Each is one atomic addition, and nothing is decided by any of them. Who reads them, and how they are told,
//! is settled further out.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::Limit;

/// A number that only grows.
#[derive(Debug)]
pub struct Count(AtomicU64);

impl Count {
    const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How many do something at this moment.
#[derive(Debug)]
pub struct Level(AtomicU64);

/// One who does it, until this is dropped.
#[derive(Debug)]
#[must_use = "it is over when this is dropped"]
pub struct Inside(&'static Level);

impl Level {
    const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub fn enter(&'static self) -> Inside {
        self.0.fetch_add(1, Ordering::Relaxed);
        Inside(self)
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Debug)]
pub struct Counts {
    /// Whole transactions that were tried again.
    pub retries: Count,
    /// Statements that the database ended because two transactions waited for each other (40P01).
    pub deadlocks: Count,
    /// And because two could not have been one after the other (40001).
    pub serialization_failures: Count,
    /// Connections that were asked of the pool, and the microseconds that whoever asked has waited.
    pub connections_asked: Count,
    pub connection_wait_micros: Count,
    /// Those that nobody gave in time.
    pub connections_refused: Count,
    pub connections_awaited: Level,
    /// Reads that a replica has answered, and those that it failed: the primary was asked in its place.
    pub replica_reads: Count,
    pub replica_failures: Count,
    /// Passwords that wait for a core, that are on one, and that found none in time.
    pub hashing_waiting: Level,
    pub hashing_working: Level,
    pub hashing_refused: Count,
    /// What became of attempts to send a mail.
    pub mail_accepted: Count,
    pub mail_put_off: Count,
    pub mail_refused: Count,
    pub mail_uncertain: Count,
    /// Pages that are kept for whoever asks, and those that had to be rendered first.
    pub page_cache_hits: Count,
    pub page_cache_misses: Count,
    refused: [Count; Limit::ALL.len()],
}

/// Those of this process.
pub static COUNTS: Counts = Counts {
    retries: Count::new(),
    deadlocks: Count::new(),
    serialization_failures: Count::new(),
    connections_asked: Count::new(),
    connection_wait_micros: Count::new(),
    connections_refused: Count::new(),
    connections_awaited: Level::new(),
    replica_reads: Count::new(),
    replica_failures: Count::new(),
    hashing_waiting: Level::new(),
    hashing_working: Level::new(),
    hashing_refused: Count::new(),
    mail_accepted: Count::new(),
    mail_put_off: Count::new(),
    mail_refused: Count::new(),
    mail_uncertain: Count::new(),
    page_cache_hits: Count::new(),
    page_cache_misses: Count::new(),
    refused: [const { Count::new() }; Limit::ALL.len()],
};

impl Counts {
    /// Tries that a limit has refused.
    pub const fn refused(&self, limit: Limit) -> &Count {
        &self.refused[limit as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_a_place_of_its_own() {
        let places = Limit::ALL.iter().map(|limit| *limit as usize);
        assert!(places.eq(0..Limit::ALL.len()));
    }

    #[test]
    fn who_has_gone_is_not_inside_any_more() {
        static LEVEL: Level = Level::new();
        let (first, second) = (LEVEL.enter(), LEVEL.enter());
        assert_eq!(LEVEL.get(), 2);
        drop(first);
        assert_eq!(LEVEL.get(), 1);
        drop(second);
        assert_eq!(LEVEL.get(), 0);
    }
}
