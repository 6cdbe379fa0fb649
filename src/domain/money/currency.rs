//! The currency of an amount.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::Refusal;

/// A currency of ISO 4217 that people pay with. The shop has one, from its configuration; what was sold keeps the one it
/// was sold in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(iso_currency::Currency);

impl Currency {
    pub const USD: Self = Self(iso_currency::Currency::USD);
    /// No currency that people pay with has more decimals; the columns hold as many.
    pub const MOST_DECIMALS: u32 = 3;

    pub fn code(&self) -> &'static str {
        self.0.code()
    }

    /// Digits behind the point: yen 0, dollars 2, dinars 3.
    pub fn decimals(&self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// The sign people write before an amount, or the code and a space where no sign is unmistakable.
    pub(super) fn sign(&self) -> Cow<'static, str> {
        match self.code() {
            "USD" => "$".into(),
            "EUR" => "€".into(),
            "GBP" => "£".into(),
            code => format!("{code}\u{a0}").into(),
        }
    }
}

impl FromStr for Currency {
    type Err = Refusal;

    fn from_str(code: &str) -> Result<Self, Refusal> {
        let known = iso_currency::Currency::from_code(code).filter(|currency| {
            !currency.is_special() && currency.exponent().is_some_and(|e| u32::from(e) <= Self::MOST_DECIMALS)
        });
        known.map(Self).ok_or(Refusal::BadCurrency)
    }
}

impl TryFrom<String> for Currency {
    type Error = Refusal;

    fn try_from(code: String) -> Result<Self, Refusal> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_currency_is_one_that_people_pay_with() {
        for good in ["USD", "EUR", "JPY", "KWD", "INR", "BRL", "IDR"] {
            assert_eq!(good.parse::<Currency>().unwrap().code(), good);
        }
        // Unknown, in small letters, gold, a basket, a test, and one of four decimals.
        for bad in ["", "ABC", "usd", "US", "USDX", "XAU", "XDR", "XTS", "CLF"] {
            assert_eq!(bad.parse::<Currency>(), Err(Refusal::BadCurrency), "{bad}");
        }
    }
}
