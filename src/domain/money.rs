//! Money: an exact decimal amount with as many places as its currency has (yen none, dollars two, dinars three), and that
//! currency.
//!
//! Checked arithmetic only: the operators of `rust_decimal` panic on overflow, so they are used nowhere else. Rounding is
//! half away from zero.

use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::Refusal;

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
    fn sign(&self) -> String {
        match self.code() {
            "USD" => "$".into(),
            "EUR" => "€".into(),
            "GBP" => "£".into(),
            code => format!("{code}\u{a0}"),
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

/// An amount of money, 0 to 99,999,999,999.999 (the column is `numeric(14,3)`), always with its currency's decimals.
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
    pub fn zero(currency: Currency) -> Self {
        Self { amount: Decimal::new(0, currency.decimals()), currency }
    }

    /// The largest amount there is.
    fn limit() -> Decimal {
        Decimal::new(99_999_999_999_999, Currency::MOST_DECIMALS)
    }

    /// Rounds half away from zero to the currency's decimals.
    ///
    /// # Errors
    /// `BadAmount` below zero or above the limit.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, Refusal> {
        let decimals = currency.decimals();
        let mut amount = amount.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
        amount.rescale(decimals);
        if (amount.is_sign_negative() && !amount.is_zero()) || amount > Self::limit() {
            return Err(Refusal::BadAmount);
        }
        Ok(Self { amount, currency })
    }

    /// Reads what people and files write: one to nine digits and at most the currency's decimals. No sign, no exponent, no
    /// grouping.
    ///
    /// # Errors
    /// `BadAmount` for anything else.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, Refusal> {
        if !is_plain(text, currency.decimals()) {
            return Err(Refusal::BadAmount);
        }
        let amount = Decimal::from_str(text).map_err(|_| Refusal::BadAmount)?;
        Self::new(amount, currency)
    }

    /// Whether `parse` reads it in some currency.
    pub fn is_amount(text: &str) -> bool {
        is_plain(text, Currency::MOST_DECIMALS)
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

/// As people read it: `$1,234.50`, `JPY 1,234`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.currency.sign())?;
        f.write_str(&grouped(&self.amount.to_string()))
    }
}

/// Digits alone, and at most so many behind a point.
fn is_plain(text: &str, decimals: u32) -> bool {
    let digits = |s: &str, most: usize| (1..=most).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        Some((whole, places)) => digits(whole, 9) && digits(places, decimals as usize),
        None => digits(text, 9),
    }
}

/// `1234.50` is `1,234.50`.
fn grouped(amount: &str) -> String {
    let whole = amount.find('.').unwrap_or(amount.len());
    let comma_before = |place: usize| place > 0 && place < whole && (whole - place).is_multiple_of(3);
    let separated =
        amount.char_indices().flat_map(|(place, c)| comma_before(place).then_some(',').into_iter().chain([c]));
    separated.collect()
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
        let most = Money::new(Decimal::new(9_999_999_999_999, 2), Currency::USD).unwrap();
        assert_eq!(most.plus(usd("0.01").unwrap()), Err(Refusal::BadAmount));
        assert_eq!(most.times(u32::MAX), Err(Refusal::BadAmount));
        assert_eq!(Money::new(Decimal::MAX, Currency::USD), Err(Refusal::BadAmount));
        assert_eq!(Money::new(Decimal::new(-1, 2), Currency::USD), Err(Refusal::BadAmount));
    }

    #[test]
    fn an_amount_has_its_currencys_decimals() {
        for (code, good, bad, written, shown) in [
            ("JPY", "1200", "1200.0", "1200", "JPY\u{a0}1,200"),
            ("USD", "1200.5", "1200.505", "1200.50", "$1,200.50"),
            ("KWD", "1200.505", "1200.5055", "1200.505", "KWD\u{a0}1,200.505"),
        ] {
            let currency: Currency = code.parse().unwrap();
            let money = Money::parse(good, currency).unwrap();
            assert_eq!((money.amount().to_string().as_str(), money.to_string().as_str()), (written, shown));
            assert_eq!(Money::parse(bad, currency), Err(Refusal::BadAmount), "{code} {bad}");
            assert_eq!(Money::zero(currency).amount().scale(), currency.decimals());
            // The columns have three decimals for all of them.
            let stored: Decimal = "1200.505".parse().unwrap();
            assert_eq!(Money::new(stored, currency).unwrap().amount().scale(), currency.decimals());
        }
        assert!(Money::is_amount("1.234") && !Money::is_amount("1.2345") && !Money::is_amount("1e3"));
    }

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

    /// A currency without decimals, with two, with three.
    fn currencies() -> impl Strategy<Value = Currency> {
        prop_oneof![Just("JPY"), Just("USD"), Just("KWD")].prop_map(|code| code.parse().unwrap())
    }

    proptest! {
        #[test]
        fn a_line_is_the_sum_of_its_units(currency in currencies(), minor in 0_i64..1_000_000, count in 0_u32..99) {
            let unit = Money::new(Decimal::new(minor, currency.decimals()), currency).unwrap();
            let sum = Money::sum(currency, (0..count).map(|_| unit)).unwrap();
            prop_assert_eq!(unit.times(count).unwrap(), sum);
        }

        #[test]
        fn what_is_written_is_read_back(currency in currencies(), minor in 0_i64..999_999_999) {
            let money = Money::new(Decimal::new(minor, currency.decimals()), currency).unwrap();
            prop_assert_eq!(Money::parse(&money.amount().to_string(), currency).unwrap(), money);
            let json = serde_json::to_string(&money).unwrap();
            prop_assert_eq!(serde_json::from_str::<Money>(&json).unwrap(), money);
        }

        #[test]
        fn what_people_read_is_what_is_written_with_a_sign_and_commas(currency in currencies(), minor in 0_i64..i64::MAX / 1_000_000) {
            let money = Money::new(Decimal::new(minor % 99_999_999_999, currency.decimals()), currency).unwrap();
            let shown = money.to_string();
            let digits: String = shown.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
            prop_assert_eq!(digits, money.amount().to_string());
            let whole = shown.split('.').next().unwrap_or_default();
            prop_assert!(whole.rsplit(',').all(|g| g.len() <= 3 || !g.chars().all(|c| c.is_ascii_digit())), "{}", shown);
        }
    }
}
