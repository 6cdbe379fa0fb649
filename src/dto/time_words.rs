//! The words for times and how long there is, as `words` hands them on.

use time::{Date, Duration};

use super::LocalTime;

/// How much time there is, as one says it: `about 25 minutes left`.
pub fn time_left(seconds: u32) -> String {
    let count = |unit: u32| seconds.saturating_add(unit / 2) / unit;
    match seconds {
        0..60 => "less than a minute left".into(),
        60..7_170 => format!("about {} left", counted(count(60), "minute")),
        7_170..171_000 => format!("about {} left", counted(count(3_600), "hour")),
        _ => format!("about {} left", counted(count(86_400), "day")),
    }
}

/// The same where somebody watches it pass: to the second when it becomes short.
pub fn countdown(seconds: u32) -> String {
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{} left", counted(seconds, "second")),
        (minutes @ 1..3, 0) => format!("{} left", counted(minutes, "minute")),
        (minutes @ 1..3, seconds) => format!("{} {} left", counted(minutes, "minute"), counted(seconds, "second")),
        _ => time_left(seconds),
    }
}

/// How long somebody waits before they try again: never less than it takes.
pub fn wait(seconds: u32) -> String {
    if seconds < 180 { counted(seconds, "second") } else { counted(seconds.div_ceil(60), "minute") }
}

/// `1 minute`, `2 minutes`.
fn counted(count: u32, unit: &str) -> String {
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// `1 day`, `30 days`.
pub fn days(count: u32) -> String {
    counted(count, "day")
}

/// `15 minutes`, `7 days`: in the largest unit that it is whole in.
pub fn length(of: Duration) -> String {
    let seconds = u32::try_from(of.whole_seconds()).unwrap_or(0);
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (unit, name) = units.into_iter().find(|(unit, _)| seconds % unit == 0 && seconds > 0).unwrap_or((1, "second"));
    counted(seconds / unit, name)
}

/// `22 November 2026`.
pub fn date(at: &LocalTime) -> String {
    day(at.date())
}

/// `22 November 2026`.
pub fn day(day: Date) -> String {
    format!("{} {} {}", day.day(), day.month(), day.year())
}

/// How an invoice was paid.
pub fn paid_on(on: Date) -> String {
    format!("Paid on {}.", day(on))
}

/// How what a credit note is for was given back.
pub fn refunded_on(on: Date) -> String {
    format!("Refunded on {}.", day(on))
}

/// What became of money that a credit note says was given back.
pub fn not_refunded_on(on: Date) -> String {
    format!("The refund failed on {}. What was paid stands as it was paid.", day(on))
}

/// `15:05 CET`.
pub fn clock(at: &LocalTime) -> String {
    let (hour, minute) = at.hour_and_minute();
    format!("{hour:02}:{minute:02} {}", at.zone())
}

/// The end of something that is under way: `15:05 CET`, with its day where that is another one than today.
pub fn until(end: &LocalTime, now: &LocalTime) -> String {
    if end.date() == now.date() { clock(end) } else { moment(end) }
}

/// `22 November 2026, 15:05 CET`.
pub fn moment(at: &LocalTime) -> String {
    format!("{}, {}", date(at), clock(at))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn time_left_is_told_at_leisure_and_watched_to_the_second_at_its_end() {
        for (seconds, told, watched) in [
            (604_800, "about 7 days left", "about 7 days left"),
            (171_000, "about 2 days left", "about 2 days left"),
            (170_999, "about 47 hours left", "about 47 hours left"),
            (7_170, "about 2 hours left", "about 2 hours left"),
            (7_169, "about 119 minutes left", "about 119 minutes left"),
            (1_529, "about 25 minutes left", "about 25 minutes left"),
            (1_470, "about 25 minutes left", "about 25 minutes left"),
            (180, "about 3 minutes left", "about 3 minutes left"),
            (179, "about 3 minutes left", "2 minutes 59 seconds left"),
            (121, "about 2 minutes left", "2 minutes 1 second left"),
            (120, "about 2 minutes left", "2 minutes left"),
            (89, "about 1 minute left", "1 minute 29 seconds left"),
            (60, "about 1 minute left", "1 minute left"),
            (59, "less than a minute left", "59 seconds left"),
            (1, "less than a minute left", "1 second left"),
        ] {
            assert_eq!((time_left(seconds).as_str(), countdown(seconds).as_str()), (told, watched), "{seconds}");
        }
        assert_eq!(time_left(u32::MAX), "about 49710 days left");
    }

    #[test]
    fn an_end_has_its_day_where_that_is_not_today() {
        let at = |at| LocalTime::new(at, time::macros::offset!(+2), "CEST");
        let now = at(datetime!(2026-05-14 21:40 UTC));
        assert_eq!(until(&at(datetime!(2026-05-14 21:55 UTC)), &now), "23:55 CEST");
        assert_eq!(until(&at(datetime!(2026-05-14 22:05 UTC)), &now), "15 May 2026, 00:05 CEST");
    }
}
