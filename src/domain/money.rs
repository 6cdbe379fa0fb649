//! Money: an exact decimal amount with two places, and its currency.
//!
//! Checked arithmetic only: the operators of `rust_decimal` panic on overflow, so they are used nowhere else. Rounding is
//! half away from zero.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::Refusal;

/// An ISO 4217 code of three capital letters. The shop has one, from its configuration.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    pub const USD: Self = Self(*b"USD");

    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// The sign people write before an amount, or the code and a space where no sign is unmistakable.
    fn sign(&self) -> String {
        match &self.0 {
            b"USD" => "$".into(),
            b"EUR" => "€".into(),
            b"GBP" => "£".into(),
            _ => format!("{}\u{a0}", self.code()),
        }
    }
}

impl FromStr for Currency {
    type Err = Refusal;

    fn from_str(code: &str) -> Result<Self, Refusal> {
        match code.as_bytes() {
            [a, b, c] if [a, b, c].iter().all(|x| x.is_ascii_uppercase()) => Ok(Self([*a, *b, *c])),
            _ => Err(Refusal::BadCurrency),
        }
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

/// An amount of money, 0.00 to 9,999,999,999.99 (the column is `numeric(12,2)`), always with two places.
///
/// On the wire: `{"amount":"12.34","currency":"USD"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

#[derive(Serialize, Deserialize)]
struct Wire {
    amount: String,
    currency: Currency,
}

impl Money {
    pub const fn zero(currency: Currency) -> Self {
        Self { amount: Decimal::from_parts(0, 0, 0, false, 2), currency }
    }

    /// The largest amount there is.
    fn limit() -> Decimal {
        Decimal::new(999_999_999_999, 2)
    }

    /// Rounds half away from zero to two places.
    ///
    /// # Errors
    /// `BadAmount` below zero or above the limit.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, Refusal> {
        let mut amount = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        amount.rescale(2);
        if (amount.is_sign_negative() && !amount.is_zero()) || amount > Self::limit() {
            return Err(Refusal::BadAmount);
        }
        Ok(Self { amount, currency })
    }

    /// Reads what people and files write: one to nine digits and at most two places. No sign, no exponent, no grouping.
    ///
    /// # Errors
    /// `BadAmount` for anything else.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, Refusal> {
        let (whole, places) = match text.split_once('.') {
            Some((whole, places)) => (whole, Some(places)),
            None => (text, None),
        };
        let digits = |s: &str, most: usize| (1..=most).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole, 9) || places.is_some_and(|p| !digits(p, 2)) {
            return Err(Refusal::BadAmount);
        }
        let amount = Decimal::from_str(text).map_err(|_| Refusal::BadAmount)?;
        Self::new(amount, currency)
    }

    pub const fn amount(&self) -> Decimal {
        self.amount
    }

    pub const fn currency(&self) -> Currency {
        self.currency
    }

    pub fn is_zero(&self) -> bool {
        self.amount.is_zero()
    }

    /// # Errors
    /// `BadAmount` on overflow or when the currencies differ.
    pub fn plus(self, other: Self) -> Result<Self, Refusal> {
        if self.currency != other.currency {
            return Err(Refusal::BadAmount);
        }
        let sum = self.amount.checked_add(other.amount).ok_or(Refusal::BadAmount)?;
        Self::new(sum, self.currency)
    }

    /// # Errors
    /// `BadAmount` on overflow.
    pub fn times(self, count: u32) -> Result<Self, Refusal> {
        let product = self.amount.checked_mul(Decimal::from(count)).ok_or(Refusal::BadAmount)?;
        Self::new(product, self.currency)
    }

    /// # Errors
    /// `BadAmount` on overflow.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, Refusal> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }
}

impl TryFrom<Wire> for Money {
    type Error = Refusal;

    fn try_from(wire: Wire) -> Result<Self, Refusal> {
        let amount = Decimal::from_str_exact(&wire.amount).map_err(|_| Refusal::BadAmount)?;
        Self::new(amount, wire.currency)
    }
}

impl From<Money> for Wire {
    fn from(money: Money) -> Self {
        Self { amount: money.amount.to_string(), currency: money.currency }
    }
}

/// As people read it: `$1,234.50`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.amount.to_string();
        let (whole, places) = text.split_once('.').unwrap_or((&text, "00"));
        let mut grouped = String::new();
        for (i, digit) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        write!(f, "{}{grouped}.{places}", self.currency.sign())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usd(text: &str) -> Result<Money, Refusal> {
        Money::parse(text, Currency::USD)
    }

    #[test]
    fn amounts_bear_the_sign_of_their_currency() {
        for (code, text) in [("USD", "$3.00"), ("EUR", "€3.00"), ("GBP", "£3.00")] {
            let currency: Currency = code.parse().unwrap();
            assert_eq!(Money::parse("3", currency).unwrap().to_string(), text);
            assert_eq!(format!("{currency:?}"), code);
            assert!(Money::zero(currency).is_zero() && !Money::parse("0.01", currency).unwrap().is_zero());
        }
    }

    #[test]
    fn only_plain_amounts_are_read() {
        for good in ["0", "0.5", "12.34", "999999999.99", "007"] {
            assert!(usd(good).is_ok(), "{good}");
        }
        for bad in
            ["", ".5", "5.", "1.234", "+5", "-1", "1e2", "1_000", "1,000", " 1", "1 ", "9999999999", "٣", "1.2.3"]
        {
            assert_eq!(usd(bad), Err(Refusal::BadAmount), "{bad:?}");
        }
    }

    #[test]
    fn halves_are_rounded_away_from_zero() {
        let round = |text: &str| Money::new(text.parse().unwrap(), Currency::USD).unwrap().amount().to_string();
        assert_eq!(round("0.005"), "0.01");
        assert_eq!(round("0.015"), "0.02");
        assert_eq!(round("0.025"), "0.03");
        assert_eq!(round("0.0249"), "0.02");
    }

    #[test]
    fn overflow_is_refused_and_never_wraps() {
        let most = Money::new(Decimal::new(999_999_999_999, 2), Currency::USD).unwrap();
        assert_eq!(most.plus(usd("0.01").unwrap()), Err(Refusal::BadAmount));
        assert_eq!(most.times(u32::MAX), Err(Refusal::BadAmount));
        assert_eq!(Money::new(Decimal::MAX, Currency::USD), Err(Refusal::BadAmount));
        assert_eq!(Money::new(Decimal::new(-1, 2), Currency::USD), Err(Refusal::BadAmount));
    }

    #[test]
    fn currencies_do_not_mix() {
        let euro = Money::zero("EUR".parse().unwrap());
        assert_eq!(euro.plus(Money::zero(Currency::USD)), Err(Refusal::BadAmount));
    }

    #[test]
    fn people_read_grouped_amounts_with_a_sign() {
        assert_eq!(usd("1234567.5").unwrap().to_string(), "$1,234,567.50");
        assert_eq!(usd("999").unwrap().to_string(), "$999.00");
        assert_eq!(Money::parse("3", "SEK".parse().unwrap()).unwrap().to_string(), "SEK\u{a0}3.00");
    }

    #[test]
    fn the_wire_form_is_a_string_and_a_code() {
        let json = serde_json::to_string(&usd("12.3").unwrap()).unwrap();
        assert_eq!(json, r#"{"amount":"12.30","currency":"USD"}"#);
        assert!(serde_json::from_str::<Money>(r#"{"amount":"12.30","currency":"usd"}"#).is_err());
        assert!(serde_json::from_str::<Money>(r#"{"amount":12.3,"currency":"USD"}"#).is_err());
    }

    proptest! {
        #[test]
        fn a_line_is_the_sum_of_its_units(cents in 0_i64..1_000_000, count in 0_u32..99) {
            let unit = Money::new(Decimal::new(cents, 2), Currency::USD).unwrap();
            let sum = Money::sum(Currency::USD, (0..count).map(|_| unit)).unwrap();
            prop_assert_eq!(unit.times(count).unwrap(), sum);
        }

        #[test]
        fn what_is_written_is_read_back(cents in 0_i64..99_999_999_999) {
            let money = Money::new(Decimal::new(cents, 2), Currency::USD).unwrap();
            prop_assert_eq!(Money::parse(&money.amount().to_string(), Currency::USD).unwrap(), money);
        }
    }
}
