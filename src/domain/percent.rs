//! A percentage: of tax, of a discount.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Problem;

/// 0 to 100 per cent, to three decimals (a US county charges 8.875). On the wire it is a text with two or three
/// decimals: `"19.00"`, `"8.875"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(u32);

impl Percent {
    pub const ZERO: Self = Self(0);
    pub const HUNDRED: Self = Self(100_000);
    const DECIMALS: u32 = 3;

    /// Thousandths of a per cent: 19 % are 19,000.
    pub const fn thousandths(self) -> u32 {
        self.0
    }

    /// # Errors
    /// `NotAPercentage` above 100,000.
    pub fn from_thousandths(thousandths: u32) -> Result<Self, Problem> {
        Some(Self(thousandths)).filter(|percent| *percent <= Self::HUNDRED).ok_or(Problem::NotAPercentage)
    }

    /// For a column `numeric(6,3)`.
    pub fn decimal(self) -> Decimal {
        Decimal::new(i64::from(self.0), Self::DECIMALS)
    }

    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }
}

impl FromStr for Percent {
    type Err = Problem;

    /// Reads one to three digits and at most three decimals. No sign, no exponent, no per cent sign.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let digits = |s: &str| (1..=3).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        if !digits(whole) || !digits(decimals) {
            return Err(Problem::NotAPercentage);
        }
        let thousandths = format!("{whole}{decimals:0<3}").parse().map_err(|_| Problem::NotAPercentage)?;
        Self::from_thousandths(thousandths)
    }
}

/// Two decimals, or three where the third says something: `19.00`, `8.875`.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = (self.0 / 1000, self.0 % 1000);
        if decimals.is_multiple_of(10) {
            write!(f, "{whole}.{:02}", decimals / 10)
        } else {
            write!(f, "{whole}.{decimals:03}")
        }
    }
}

impl TryFrom<String> for Percent {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map_err(|_| "a percentage is 0 to 100 with at most three decimals")
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> Self {
        percent.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_percentage_is_0_to_100_with_at_most_three_decimals() {
        for (text, thousandths, written) in [
            ("0", 0, "0.00"),
            ("19", 19_000, "19.00"),
            ("8.875", 8_875, "8.875"),
            ("7.5", 7_500, "7.50"),
            ("0.001", 1, "0.001"),
            ("0.01", 10, "0.01"),
            ("100", 100_000, "100.00"),
            ("099.999", 99_999, "99.999"),
        ] {
            let percent: Percent = text.parse().unwrap();
            assert_eq!((percent.thousandths(), percent.to_string().as_str()), (thousandths, written));
            assert_eq!(Percent::from_thousandths(thousandths), Ok(percent));
            assert_eq!(percent.is_zero(), thousandths == 0);
        }
        for bad in ["", ".5", "5.", "100.001", "101", "0100", "1.0000", "-1", "+1", "1e1", "19%", " 1", "1.2.3", "1.٣"]
        {
            assert_eq!(bad.parse::<Percent>(), Err(Problem::NotAPercentage), "{bad:?}");
        }
        assert_eq!(Percent::from_thousandths(100_001), Err(Problem::NotAPercentage));
        assert_eq!((Percent::ZERO.thousandths(), Percent::HUNDRED.to_string()), (0, "100.00".into()));
    }

    #[test]
    fn a_column_holds_it() {
        for (text, column) in [("19", "19.000"), ("8.875", "8.875"), ("0", "0.000"), ("100", "100.000")] {
            let percent: Percent = text.parse().unwrap();
            assert_eq!(percent.decimal().to_string(), column);
        }
    }

    #[test]
    fn it_travels_as_text() {
        let percent: Percent = "8.875".parse().unwrap();
        assert_eq!(serde_json::to_string(&percent).unwrap(), r#""8.875""#);
        assert_eq!(serde_json::from_str::<Percent>(r#""8.875""#).unwrap(), percent);
        assert!(serde_json::from_str::<Percent>(r#""101""#).is_err());
        assert!(serde_json::from_str::<Percent>("19").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(thousandths in 0_u32..=100_000) {
            let percent = Percent::from_thousandths(thousandths).unwrap();
            prop_assert_eq!(percent.to_string().parse(), Ok(percent));
        }
    }
}
