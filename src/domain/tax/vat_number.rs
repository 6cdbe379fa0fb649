//! A business's number for value-added tax in the EU.
//!
//! The shapes are those of the European Commission's VIES service ("What is the format of a VAT number?"). A shape is
//! all that is checked: no digits are summed up and nobody is asked.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::Problem;

/// A number that looks like one of an EU country: `DE123456789`, written without spaces, dots and dashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VatNumber(String);

/// The letters a number begins with, the country's code of ISO 3166-1, and what may follow: `9` is a digit, `A` a letter,
/// `X` either; anything else is itself. Greece writes `EL`.
const SHAPES: [(&str, &str, &[&str]); 27] = [
    ("AT", "AT", &["U99999999"]),
    ("BE", "BE", &["0999999999", "1999999999"]),
    ("BG", "BG", &["999999999", "9999999999"]),
    ("CY", "CY", &["99999999A"]),
    ("CZ", "CZ", &["99999999", "999999999", "9999999999"]),
    ("DE", "DE", &["999999999"]),
    ("DK", "DK", &["99999999"]),
    ("EE", "EE", &["999999999"]),
    ("EL", "GR", &["999999999"]),
    ("ES", "ES", &["A9999999X", "99999999A"]),
    ("FI", "FI", &["99999999"]),
    ("FR", "FR", &["XX999999999"]),
    ("HR", "HR", &["99999999999"]),
    ("HU", "HU", &["99999999"]),
    ("IE", "IE", &["9X99999A", "9999999AA"]),
    ("IT", "IT", &["99999999999"]),
    ("LT", "LT", &["999999999", "999999999999"]),
    ("LU", "LU", &["99999999"]),
    ("LV", "LV", &["99999999999"]),
    ("MT", "MT", &["99999999"]),
    ("NL", "NL", &["999999999B99"]),
    ("PL", "PL", &["9999999999"]),
    ("PT", "PT", &["999999999"]),
    ("RO", "RO", &["99", "999", "9999", "99999", "999999", "9999999", "99999999", "999999999", "9999999999"]),
    ("SE", "SE", &["999999999999"]),
    ("SI", "SI", &["99999999"]),
    ("SK", "SK", &["9999999999"]),
];

impl VatNumber {
    /// Reads what people type: with spaces, dots, dashes and small letters.
    ///
    /// # Errors
    /// `NotATaxNumber` if it does not begin with the letters of an EU country, or does not go on as its numbers do.
    /// (Northern Ireland's `XI` is none: goods to the United Kingdom are not shipped within the Union.)
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let kept = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-'));
        let number: String = kept.map(|c| c.to_ascii_uppercase()).collect();
        let shapes = SHAPES.iter().find_map(|(letters, _, shapes)| Some((number.strip_prefix(letters)?, shapes)));
        let looks_right = shapes.is_some_and(|(rest, shapes)| shapes.iter().any(|shape| matches(rest, shape)));
        if looks_right { Ok(Self(number)) } else { Err(Problem::NotATaxNumber) }
    }

    /// The country that gave it, in ISO 3166-1: `GR` for `EL123456789`.
    pub fn country(&self) -> &'static str {
        let known = SHAPES.iter().find(|(letters, ..)| self.0.starts_with(letters));
        known.map_or("", |(_, country, _)| country)
    }

    /// Whether a country of ISO 3166-1 is a member of the European Union.
    pub fn is_eu_country(code: &str) -> bool {
        SHAPES.iter().any(|(_, country, _)| *country == code)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn matches(text: &str, shape: &str) -> bool {
    let fits = |(c, kind): (char, char)| match kind {
        '9' => c.is_ascii_digit(),
        'A' => c.is_ascii_uppercase(),
        'X' => c.is_ascii_uppercase() || c.is_ascii_digit(),
        itself => c == itself,
    };
    text.chars().count() == shape.len() && text.chars().zip(shape.chars()).all(fits)
}

impl fmt::Display for VatNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for VatNumber {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|_| "no number for value-added tax of an EU country")
    }
}

impl From<VatNumber> for String {
    fn from(number: VatNumber) -> Self {
        number.0
    }
}
