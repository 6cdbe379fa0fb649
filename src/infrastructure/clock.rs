//! The time and new ids: the only places where the outside's clock and randomness are asked.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::usecase::{Clock, Ids};

#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock adapter")]
    fn now(&self) -> OffsetDateTime {
        to_the_microsecond(OffsetDateTime::now_utc())
    }
}

/// What the database keeps of a moment, so that a time means the same before and after it was stored.
fn to_the_microsecond(at: OffsetDateTime) -> OffsetDateTime {
    at.replace_microsecond(at.microsecond()).unwrap_or(at)
}

/// UUIDv7: they grow with time, so that an index on them stays compact.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "this is the source of ids")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_survives_the_database() {
        let at = OffsetDateTime::from_unix_timestamp_nanos(1_700_000_000_123_456_789).unwrap();
        assert_eq!(to_the_microsecond(at).nanosecond(), 123_456_000);
    }

    #[test]
    fn ids_grow() {
        let ids: Vec<_> = (0..100).map(|_| RandomIds.next()).collect();
        assert!(ids.is_sorted());
    }
}
