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

    /// Whether what was typed beside an address in this country of ISO 3166-1 may stand there. Within the Union it looks like
    /// a number of one of its countries, which need not be this one; of what others look like nothing is known.
    ///
    /// # Errors
    /// `NotATaxNumber`.
    pub fn check_in(country: &str, text: &str) -> Result<(), Problem> {
        if Self::is_eu_country(country) { Self::parse(text).map(drop) } else { Ok(()) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_of_the_union_has_its_shape() {
        for (number, country) in [
            ("ATU12345678", "AT"),
            ("BE0123456789", "BE"),
            ("BE1123456789", "BE"),
            ("BG123456789", "BG"),
            ("BG1234567890", "BG"),
            ("CY12345678X", "CY"),
            ("CZ12345678", "CZ"),
            ("CZ123456789", "CZ"),
            ("CZ1234567890", "CZ"),
            ("DE123456789", "DE"),
            ("DK12345678", "DK"),
            ("EE123456789", "EE"),
            ("EL123456789", "GR"),
            ("ESA12345678", "ES"),
            ("ES12345678A", "ES"),
            ("ESX1234567A", "ES"),
            ("FI12345678", "FI"),
            ("FR12345678901", "FR"),
            ("FRAB123456789", "FR"),
            ("HR12345678901", "HR"),
            ("HU12345678", "HU"),
            ("IE1234567A", "IE"),
            ("IE1A34567A", "IE"),
            ("IE1234567AB", "IE"),
            ("IT12345678901", "IT"),
            ("LT123456789", "LT"),
            ("LT123456789012", "LT"),
            ("LU12345678", "LU"),
            ("LV12345678901", "LV"),
            ("MT12345678", "MT"),
            ("NL123456789B01", "NL"),
            ("PL1234567890", "PL"),
            ("PT123456789", "PT"),
            ("RO12", "RO"),
            ("RO1234567890", "RO"),
            ("SE123456789001", "SE"),
            ("SI12345678", "SI"),
            ("SK1234567890", "SK"),
        ] {
            let read = VatNumber::parse(number).unwrap();
            assert_eq!((read.as_str(), read.country(), read.to_string().as_str()), (number, country, number));
            // No longer by a digit, nor with another sign in it, nor of no country.
            for bad in [format!("{number}1234567890"), format!("{}*", &number[..number.len() - 1]), number[2..].into()]
            {
                assert_eq!(VatNumber::parse(&bad), Err(Problem::NotATaxNumber), "{bad}");
            }
        }
        let countries: std::collections::BTreeSet<_> = SHAPES.iter().map(|(_, country, _)| *country).collect();
        assert_eq!(countries.len(), 27);
        assert!(countries.iter().all(|country| VatNumber::is_eu_country(country)));
        assert!(["GB", "CH", "NO", "US", "EL", "XI", "", "de"].iter().all(|c| !VatNumber::is_eu_country(c)));
    }

    #[test]
    fn what_people_type_between_the_digits_is_dropped() {
        for typed in ["de 123 456 789", "DE-123.456.789", " DE123456789\t"] {
            assert_eq!(VatNumber::parse(typed).unwrap().as_str(), "DE123456789");
        }
        for bad in [
            "",
            "DE",
            "DE12345678",
            "DE1234567890",
            "DE12345678A",
            "DE12345678٣",
            "ATX12345678",
            "ESAB2345678",
            "ES123456789",
            "NL123456789A01",
            "BE2123456789",
            "RO1",
            "RO12345678901",
            "XI123456789",
            "US123456789",
            "CHE123456789",
            "DE123456789\0",
        ] {
            assert_eq!(VatNumber::parse(bad), Err(Problem::NotATaxNumber), "{bad:?}");
        }
    }

    #[test]
    fn beside_an_address_in_the_union_it_is_one_of_the_union() {
        for (country, typed, may) in [
            ("DE", "DE 123 456 789", true),
            ("FR", "DE123456789", true),
            ("GR", "EL123456789", true),
            ("DE", "123456789", false),
            ("DE", "DE12345678", false),
            ("FR", "552 100 554", false),
            ("FR", "GB123456789", false),
            ("US", "12-3456789", true),
            ("AE", "100123456700003", true),
        ] {
            assert_eq!(VatNumber::check_in(country, typed).is_ok(), may, "{typed} in {country}");
        }
    }

    #[test]
    fn it_travels_as_text_and_is_checked_on_arrival() {
        let number = VatNumber::parse("EL123456789").unwrap();
        assert_eq!(serde_json::to_value(&number).unwrap(), "EL123456789");
        assert_eq!(serde_json::from_value::<VatNumber>("el 123456789".into()).unwrap(), number);
        assert!(serde_json::from_value::<VatNumber>("GR123456789".into()).is_err());
    }
}
