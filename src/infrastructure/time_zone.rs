//! The shop's time zone: which offset holds at which time, and what it is called there.
//!
//! The rules are the machine's own where it has them, since rules change more often than releases; else those that the
//! library brings along.

use std::sync::Arc;

use jiff::Timestamp;
use time::{OffsetDateTime, UtcOffset};

use crate::dto::LocalTime;
use crate::usecase::TimeZone;

#[derive(Debug, Clone)]
pub struct JiffTimeZone(jiff::tz::TimeZone);

impl JiffTimeZone {
    pub const fn utc() -> Self {
        Self(jiff::tz::TimeZone::UTC)
    }

    /// The zone with this IANA name, such as `Europe/Berlin`. The first that is looked up makes the library open every file of
    /// the machine's zoneinfo and keep their names; a shop that was told of no zone does without.
    pub fn named(name: &str) -> Option<Self> {
        if name == "UTC" {
            return Some(Self::utc());
        }
        jiff::tz::TimeZone::get(name).ok().filter(|zone| !zone.is_unknown()).map(Self)
    }
}

impl TimeZone for JiffTimeZone {
    fn local(&self, at: OffsetDateTime) -> LocalTime {
        // The library ends a day before the year 9999 does.
        let Ok(moment) = Timestamp::from_second(at.unix_timestamp()) else { return LocalTime::utc(at) };
        let there = self.0.to_offset_info(moment);
        match UtcOffset::from_whole_seconds(there.offset().seconds()) {
            Ok(offset) => LocalTime::new(at, offset, there.abbreviation()),
            Err(_) => LocalTime::utc(at),
        }
    }

    fn name(&self) -> String {
        self.0.iana_name().unwrap_or("UTC").to_owned()
    }

    fn named(&self, name: &str) -> Option<Arc<dyn TimeZone>> {
        Self::named(name).map(|zone| Arc::new(zone) as Arc<dyn TimeZone>)
    }

    fn names(&self) -> Vec<String> {
        let names = jiff::tz::db().available().map(|name| name.to_string());
        let is_place = |name: &String| name.contains('/') && !name.starts_with("Etc/") && !name.starts_with("SystemV/");
        let places = names.filter(is_place).chain(["UTC".to_owned()]);
        places.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::words;
    use time::macros::datetime;

    fn moment_words(zone: &str, at: OffsetDateTime) -> String {
        words::moment(&JiffTimeZone::named(zone).unwrap().local(at))
    }

    #[test]
    fn summer_and_winter_begin_when_they_do_there() {
        for (zone, at, shown) in [
            ("Europe/Berlin", datetime!(2026-03-29 00:59:59 UTC), "29 March 2026, 01:59 CET"),
            ("Europe/Berlin", datetime!(2026-03-29 01:00:00 UTC), "29 March 2026, 03:00 CEST"),
            ("Europe/Berlin", datetime!(2026-05-14 13:05:00 UTC), "14 May 2026, 15:05 CEST"),
            // An hour that comes twice is told apart by its name.
            ("Europe/Berlin", datetime!(2026-10-25 00:30:00 UTC), "25 October 2026, 02:30 CEST"),
            ("Europe/Berlin", datetime!(2026-10-25 01:30:00 UTC), "25 October 2026, 02:30 CET"),
            ("Europe/London", datetime!(2026-03-29 00:59:59 UTC), "29 March 2026, 00:59 GMT"),
            ("Europe/London", datetime!(2026-03-29 01:00:00 UTC), "29 March 2026, 02:00 BST"),
            ("America/New_York", datetime!(2026-03-08 06:59:59 UTC), "8 March 2026, 01:59 EST"),
            ("America/New_York", datetime!(2026-03-08 07:00:00 UTC), "8 March 2026, 03:00 EDT"),
            ("America/New_York", datetime!(2026-11-01 05:59:59 UTC), "1 November 2026, 01:59 EDT"),
            ("America/New_York", datetime!(2026-11-01 06:00:00 UTC), "1 November 2026, 01:00 EST"),
            // In the south summer is over in April, and Lord Howe moves by half an hour.
            ("Australia/Sydney", datetime!(2026-04-04 15:59:59 UTC), "5 April 2026, 02:59 AEDT"),
            ("Australia/Sydney", datetime!(2026-04-04 16:00:00 UTC), "5 April 2026, 02:00 AEST"),
            ("Australia/Lord_Howe", datetime!(2026-01-01 00:00:00 UTC), "1 January 2026, 11:00 UTC+11"),
            ("Australia/Lord_Howe", datetime!(2026-07-01 00:00:00 UTC), "1 July 2026, 10:30 UTC+10:30"),
            // No summer time, no name; another day than in UTC.
            ("America/Sao_Paulo", datetime!(2027-01-01 02:59:59 UTC), "31 December 2026, 23:59 UTC−3"),
            ("Asia/Dubai", datetime!(2026-12-31 20:00:00 UTC), "1 January 2027, 00:00 UTC+4"),
            ("Asia/Kolkata", datetime!(2026-05-14 13:05:00 UTC), "14 May 2026, 18:35 IST"),
            ("Asia/Jakarta", datetime!(2026-05-14 13:05:00 UTC), "14 May 2026, 20:05 WIB"),
            ("Pacific/Kiritimati", datetime!(2026-05-14 13:05:00 UTC), "15 May 2026, 03:05 UTC+14"),
            ("UTC", datetime!(2026-05-14 13:05:00 UTC), "14 May 2026, 13:05 UTC"),
        ] {
            assert_eq!(moment_words(zone, at), shown, "{zone} at {at}");
        }
    }

    #[test]
    fn a_time_is_the_same_whatever_offset_it_is_written_with() {
        let berlin = JiffTimeZone::named("Europe/Berlin").unwrap();
        let (here, there) = (datetime!(2026-05-14 13:05:00 UTC), datetime!(2026-05-14 22:05:00 +9));
        assert_eq!(berlin.local(here), berlin.local(there));
        assert_eq!(words::moment(&JiffTimeZone::utc().local(there)), "14 May 2026, 13:05 UTC");
    }

    #[test]
    fn only_what_iana_knows_is_a_name() {
        for name in ["Europe/Atlantis", "CEST", "+02:00", "UTC+2", "../../etc/passwd", "Etc/Unknown", "", "Europe"] {
            assert!(JiffTimeZone::named(name).is_none(), "{name}");
        }
        for name in ["UTC", "Etc/UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "Asia/Kolkata"] {
            assert!(JiffTimeZone::named(name).is_some(), "{name}");
        }
    }

    #[test]
    fn a_zone_knows_its_name_and_those_of_others() {
        let zone = JiffTimeZone::utc();
        assert_eq!(zone.name(), "UTC");
        assert_eq!(TimeZone::named(&zone, "europe/berlin").unwrap().name(), "Europe/Berlin");
        assert!(TimeZone::named(&zone, "Europe/Atlantis").is_none());
        let names = zone.names();
        assert!(names.len() > 300 && names.is_sorted(), "{}", names.len());
        for name in ["UTC", "Europe/Berlin", "America/New_York"] {
            assert!(names.contains(&name.to_owned()), "{name}");
        }
        assert!(names.iter().all(|name| JiffTimeZone::named(name).is_some()));
    }

    #[test]
    fn the_end_of_time_is_told_in_utc() {
        assert_eq!(moment_words("Asia/Tokyo", datetime!(9999-12-31 23:59:59 UTC)), "31 December 9999, 23:59 UTC");
    }
}
