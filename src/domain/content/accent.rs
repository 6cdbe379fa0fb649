//! The shop's one colour: of its buttons, and of words on its pages. Only a colour that both can be read in is one.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::super::Problem;

/// Red, green, blue.
pub(super) type Rgb = [u8; 3];

/// A colour that text can be read on and in: 4.5 to 1 at least, as WCAG 2.2 AA wants it (1.4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Accent(Rgb);

/// The words on a button (`--paper-light`), and the darkest ground that words of this colour stand on (`--paper-deep`).
const GROUNDS: [Rgb; 2] = [[0xff, 0xfd, 0xfa], [0xf3, 0xed, 0xe3]];
/// By night: the lightest ground that words of this colour stand on, and the words on a button as well (`--paper-light`).
const NIGHT: Rgb = [0x24, 0x20, 0x19];
/// In hundredths.
const ENOUGH: u32 = 450;

impl Accent {
    /// The one that comes with the program (`--clay`).
    pub const DEFAULT: Self = Self([0x96, 0x3d, 0x1f]);

    /// Reads `#1f5c96`, `1F5C96` or `#15a`.
    ///
    /// # Errors
    /// `NotAColour`; `LowContrast` with what was measured and the nearest darker colour that will do.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let colour = rgb(text).ok_or(Problem::NotAColour)?;
        let measured = contrast(colour);
        if measured >= ENOUGH {
            return Ok(Self(colour));
        }
        // Both grounds are light: darker is better, and black is good enough.
        let darker = (0..=100_u16).rev().map(|percent| colour.map(|part| scaled(part, percent)));
        let passing = darker.into_iter().find(|darker| contrast(*darker) >= ENOUGH).unwrap_or([0, 0, 0]);
        Err(Problem::LowContrast { hundredths: measured, passing: Self(passing).to_string() })
    }

    /// The same, darker: what a button becomes under the pointer.
    #[must_use]
    pub fn deep(self) -> Self {
        Self(self.0.map(|part| scaled(part, 80)))
    }

    /// The same where the page is dark: mixed with as much white as it needs to be read there.
    #[must_use]
    pub fn by_night(self) -> Self {
        let paler = (0..=100_u16).map(|percent| self.0.map(|part| paled(part, percent)));
        let readable = paler.into_iter().find(|paler| ratio(*paler, NIGHT) >= ENOUGH);
        Self(readable.unwrap_or([u8::MAX; 3]))
    }

    /// What a button becomes under the pointer where the page is dark.
    #[must_use]
    pub fn deep_by_night(self) -> Self {
        Self(self.by_night().0.map(|part| paled(part, 30)))
    }

    /// Six digits, without a sign before them.
    pub fn code(self) -> String {
        self.to_string().trim_start_matches('#').to_owned()
    }
}

impl fmt::Display for Accent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl From<Accent> for String {
    fn from(accent: Accent) -> Self {
        accent.to_string()
    }
}

impl TryFrom<String> for Accent {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|_| "not a colour that can be read")
    }
}

pub(super) fn rgb(text: &str) -> Option<Rgb> {
    let text = text.trim();
    let digits = text.strip_prefix('#').unwrap_or(text);
    let values: Option<Vec<u8>> =
        digits.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    match *values? {
        [r, g, b] => Some([r * 17, g * 17, b * 17]),
        [r1, r2, g1, g2, b1, b2] => Some([r1 * 16 + r2, g1 * 16 + g2, b1 * 16 + b2]),
        _ => None,
    }
}

/// So many percent of it.
fn scaled(part: u8, percent: u16) -> u8 {
    u8::try_from(u16::from(part) * percent / 100).unwrap_or(u8::MAX)
}

/// Mixed with so many percent of white.
fn paled(part: u8, percent: u16) -> u8 {
    u8::MAX.saturating_sub(scaled(u8::MAX.saturating_sub(part), 100_u16.saturating_sub(percent)))
}

/// The lesser contrast with the grounds, in hundredths, rounded down.
fn contrast(colour: Rgb) -> u32 {
    GROUNDS.into_iter().map(|ground| ratio(colour, ground)).min().unwrap_or(0)
}

/// WCAG's ratio of two colours, in hundredths, rounded down.
#[expect(clippy::float_arithmetic, reason = "the formula is made of powers, and no money is in it")]
pub(super) fn ratio(one: Rgb, other: Rgb) -> u32 {
    let (one, other) = (luminance(one), luminance(other));
    let (light, dark) = if one > other { (one, other) } else { (other, one) };
    ((light + 0.05) / (dark + 0.05) * 100.0) as u32
}

/// WCAG's relative luminance, 0 to 1.
#[expect(clippy::float_arithmetic, reason = "as `ratio`")]
fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_measured_as_wcag_does() {
        for (one, other, hundredths) in [
            ("#000", "#fff", 2100),
            ("#fff", "#fff", 100),
            // Examples of the field: the lightest grey that passes on white, and the next one.
            ("#767676", "#ffffff", 454),
            ("#777777", "#ffffff", 447),
            ("#ff0000", "#ffffff", 399),
            ("#0a0a0a", "#ffffff", 1979),
        ] {
            assert_eq!(ratio(rgb(one).unwrap(), rgb(other).unwrap()), hundredths, "{one} {other}");
        }
    }

    #[test]
    fn a_colour_is_read_however_it_is_written() {
        for text in ["#1f5c96", "1F5C96", " #1f5c96 "] {
            assert_eq!(Accent::parse(text).unwrap().to_string(), "#1f5c96", "{text}");
        }
        assert_eq!(Accent::parse("#15a").unwrap().code(), "1155aa");
        assert_eq!(Accent::parse("#1f5c96").unwrap().deep().to_string(), "#184978");
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for text in [
            "",
            "#",
            "blue",
            "#12",
            "#1234",
            "#12345",
            "#1234567",
            "#gggggg",
            "##15a",
            "#15a;}",
            "rgb(0,0,0)",
            "#１５ａ",
            "0x15a",
            "url(x)",
            "-1-1-1",
            "#\u{0}\u{0}\u{0}",
        ] {
            assert_eq!(Accent::parse(text), Err(Problem::NotAColour), "{text}");
        }
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_with_one_that_can() {
        for text in ["#ffffff", "#ffcc00", "#e05a2b", "#777", "#00ff00", "#ff8a00"] {
            let Err(Problem::LowContrast { hundredths, passing }) = Accent::parse(text) else {
                panic!("{text} passes")
            };
            assert!(hundredths < ENOUGH, "{text}: {hundredths}");
            let passing = Accent::parse(&passing).expect("what is offered passes");
            assert!(contrast(passing.0) < 500, "{text}: {passing} is not the nearest");
        }
        assert_eq!(Accent::parse("#963d1f"), Ok(Accent::DEFAULT));
        assert_eq!(Accent::parse("#000"), Ok(Accent([0, 0, 0])));
    }

    #[test]
    fn the_grounds_and_the_default_are_those_of_the_style_sheet() {
        let tokens = include_str!("../../../style/tokens.css");
        let (day, night) = tokens.split_once("prefers-color-scheme: dark").unwrap();
        for (scheme, name, colour) in [
            (day, "--paper-light", Accent(GROUNDS[0])),
            (day, "--paper-deep", Accent(GROUNDS[1])),
            (day, "--clay", Accent::DEFAULT),
            (night, "--paper-light", Accent(NIGHT)),
        ] {
            assert!(scheme.contains(&format!("{name}: {colour};")), "{name} {colour}");
        }
    }

    #[test]
    fn every_colour_that_is_read_by_day_is_read_by_night() {
        for text in ["#000", "#963d1f", "#1f5c96", "#00f", "#15a", "#2d5016", "#5b0e2d"] {
            let accent = Accent::parse(text).unwrap();
            for colour in [accent.by_night(), accent.deep_by_night()] {
                assert!(ratio(colour.0, NIGHT) >= ENOUGH, "{text}: {colour}");
            }
            assert_ne!(accent.by_night(), accent.deep_by_night(), "{text}");
        }
        assert_eq!(Accent([0xff, 0xff, 0xff]).by_night().code(), "ffffff", "nothing is mixed in that is not needed");
    }

    #[test]
    fn a_colour_that_was_saved_is_checked_again() {
        let read = |text: &str| serde_json::from_str::<Accent>(text);
        assert_eq!(read("\"#963d1f\"").unwrap(), Accent::DEFAULT);
        assert!(read("\"#ffffff\"").is_err() && read("\"red\"").is_err());
    }
}
