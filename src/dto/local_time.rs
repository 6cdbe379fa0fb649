//! A time as people are told it. Made on the server alone: the browser gets text.

use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, UtcOffset};

/// A time as the shop's clocks show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTime {
    at: OffsetDateTime,
    zone: String,
}

impl LocalTime {
    /// `offset` is what the clocks are ahead of UTC at this time, `zone` what the place calls that: `CEST`. Places that
    /// have no name for it give the offset in digits, and are told as `UTC+4`.
    pub fn new(at: OffsetDateTime, offset: UtcOffset, zone: &str) -> Self {
        let named = !zone.is_empty() && zone.bytes().all(|b| b.is_ascii_alphabetic());
        let zone = if named { zone.to_owned() } else { mark(offset) };
        Self { at: at.to_offset(offset), zone }
    }

    pub fn utc(at: OffsetDateTime) -> Self {
        Self::new(at, UtcOffset::UTC, "UTC")
    }

    pub const fn date(&self) -> Date {
        self.at.date()
    }

    pub const fn hour_and_minute(&self) -> (u8, u8) {
        (self.at.hour(), self.at.minute())
    }

    /// What the clocks are ahead of UTC.
    pub fn offset(&self) -> time::Duration {
        time::Duration::seconds(self.at.offset().whole_seconds().into())
    }

    pub fn zone(&self) -> &str {
        &self.zone
    }

    /// As a field of a form has it, to the minute: `2026-11-22T15:05`.
    pub fn typed(&self) -> String {
        let (hour, minute) = self.hour_and_minute();
        format!("{}T{hour:02}:{minute:02}", self.date())
    }

    /// The same for machines, in UTC to the second, as HTML wants it: `2026-11-22T14:05:00Z`.
    pub fn machine(&self) -> Option<String> {
        let at = self.at.to_offset(UtcOffset::UTC);
        at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).ok()
    }
}

/// `UTC+4`, `UTC−3:30`.
fn mark(offset: UtcOffset) -> String {
    let (hours, minutes, _) = offset.as_hms();
    let sign = if offset.is_negative() { '−' } else { '+' };
    match (hours.unsigned_abs(), minutes.unsigned_abs()) {
        (0, 0) => "UTC".into(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::words;
    use time::macros::{datetime, offset};

    #[test]
    fn a_time_is_told_with_the_name_of_its_zone_or_its_offset() {
        let at = datetime!(2026-11-22 22:05:59.123 UTC);
        for (offset, zone, told) in [
            (offset!(UTC), "UTC", "22 November 2026, 22:05 UTC"),
            (offset!(+1), "CET", "22 November 2026, 23:05 CET"),
            (offset!(+4), "+04", "23 November 2026, 02:05 UTC+4"),
            (offset!(-2:30), "-0230", "22 November 2026, 19:35 UTC−2:30"),
            (offset!(+5:45), "+0545", "23 November 2026, 03:50 UTC+5:45"),
            (offset!(UTC), "-00", "22 November 2026, 22:05 UTC"),
            (offset!(+1), "", "22 November 2026, 23:05 UTC+1"),
        ] {
            let local = LocalTime::new(at, offset, zone);
            assert_eq!(words::moment(&local), told);
            assert_eq!(local.machine().as_deref(), Some("2026-11-22T22:05:59Z"), "{told}");
        }
    }

    #[test]
    fn a_field_has_it_to_the_minute() {
        let at = datetime!(2026-11-22 22:05:59.123 UTC);
        assert_eq!(LocalTime::new(at, offset!(+5:45), "").typed(), "2026-11-23T03:50");
        assert_eq!(LocalTime::utc(at).typed(), "2026-11-22T22:05");
    }
}
