//! The colours of `style/tokens.css`: every pair that words or edges stand in can be seen by day and by night, as WCAG 2.2 AA
//! wants it (1.4.3 and 1.4.11).

use std::collections::BTreeMap;

use super::accent::{Rgb, ratio, rgb};

/// Words, and the grounds they stand on: 4.5 to 1.
const WORDS: [(&str, &[&str]); 9] = [
    ("ink", &["paper", "paper-deep", "paper-light", "shade"]),
    ("ink-soft", &["paper", "paper-deep", "paper-light", "shade"]),
    ("clay", &["paper", "paper-deep", "paper-light"]),
    ("clay-deep", &["paper", "paper-deep", "paper-light"]),
    ("alarm", &["paper", "paper-deep", "paper-light"]),
    ("alarm-deep", &["paper", "paper-deep", "paper-light"]),
    // Buttons, announcements and badges.
    ("paper-light", &["clay", "clay-deep", "alarm-deep"]),
    // What is selected, the view of a list that is shown, news of the back office.
    ("paper", &["ink", "clay", "clay-deep"]),
    ("paper-deep", &["ink"]),
];
/// Edges of fields, and what they are seen against: 3 to 1.
const EDGES: [(&str, &[&str]); 2] =
    [("edge", &["paper", "paper-deep", "paper-light"]), ("clay", &["paper", "paper-deep", "paper-light"])];

/// The colours of a piece of the style sheet, by name.
fn colours(sheet: &str) -> BTreeMap<&str, Rgb> {
    let declared = sheet.lines().filter_map(|line| line.trim().strip_prefix("--")?.split_once(':'));
    let found = declared.filter_map(|(name, value)| {
        let at = value.find('#')?;
        let digits = value.get(at + 1..at + 7)?;
        rgb(digits).map(|colour| (name, colour))
    });
    found.collect()
}

#[test]
fn every_pair_can_be_seen_by_day_and_by_night() {
    let (day, night) = include_str!("../../../style/tokens.css").split_once("prefers-color-scheme: dark").unwrap();
    let (day, night) = (colours(day), colours(night));
    assert_eq!(day.keys().collect::<Vec<_>>(), night.keys().collect::<Vec<_>>(), "each colour has its night");
    let mut faint = Vec::new();
    for (scheme, colours) in [("day", day), ("night", night)] {
        for (pairs, enough) in [(&WORDS[..], 450), (&EDGES[..], 300)] {
            for (name, grounds) in pairs {
                for ground in *grounds {
                    let seen = ratio(colours[name], colours[ground]);
                    if seen < enough {
                        faint.push(format!("{name} on {ground} by {scheme}: {seen} of {enough}"));
                    }
                }
            }
        }
    }
    assert!(faint.is_empty(), "{faint:#?}");
}
