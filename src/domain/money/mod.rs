//! Money: an exact decimal amount with as many places as its currency has (yen none, dollars two, dinars three), and that
//! currency.
//!
//! Checked arithmetic only: the operators of `rust_decimal` panic on overflow, so they are used nowhere else. Rounding is
//! half away from zero.

mod currency;
mod shares;
#[cfg(test)]
mod tests;

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

pub use currency::Currency;

use super::Refusal;

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

    /// The amount in the smallest unit of its currency: cents, yen, fils.
    pub fn minor_units(&self) -> u64 {
        // Never below zero and at most 14 digits, so it always fits.
        u64::try_from(self.amount.mantissa()).unwrap_or(u64::MAX)
    }

    /// So many cents, yen or fils.
    ///
    /// # Errors
    /// `BadAmount` above the limit.
    pub fn from_minor_units(units: u64, currency: Currency) -> Result<Self, Refusal> {
        let amount = Decimal::try_from_i128_with_scale(i128::from(units), currency.decimals());
        Self::new(amount.map_err(|_| Refusal::BadAmount)?, currency)
    }

    pub fn is_zero(&self) -> bool {
        self.amount.is_zero()
    }

    /// Whether it is so many times `step`, exactly; of a step of zero nothing is.
    pub fn is_multiple_of(&self, step: Decimal) -> bool {
        self.amount.checked_rem(step).is_some_and(|rest| rest.is_zero())
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
    /// `BadAmount` below zero or when the currencies differ.
    pub fn minus(self, other: Self) -> Result<Self, Refusal> {
        if self.currency != other.currency {
            return Err(Refusal::BadAmount);
        }
        let rest = self.amount.checked_sub(other.amount).ok_or(Refusal::BadAmount)?;
        Self::new(rest, self.currency)
    }

    /// # Errors
    /// `BadAmount` on overflow.
    pub fn times(self, count: u32) -> Result<Self, Refusal> {
        let product = self.amount.checked_mul(Decimal::from(count)).ok_or(Refusal::BadAmount)?;
        Self::new(product, self.currency)
    }

    /// What `count` cost, where `so_many` cost this.
    ///
    /// # Errors
    /// `BadAmount` on overflow, or where nothing costs this.
    pub fn of_so_many(self, count: u32, so_many: Decimal) -> Result<Self, Refusal> {
        let all = self.amount.checked_mul(Decimal::from(count)).and_then(|all| all.checked_div(so_many));
        Self::new(all.ok_or(Refusal::BadAmount)?, self.currency)
    }

    /// By how many whole per cent it is less than `before`, rounded down; by none where it is no less, or of another currency.
    pub fn percent_below(self, before: Self) -> u64 {
        let is_less = self < before;
        let less = before.minor_units().saturating_sub(self.minor_units());
        if is_less { less.saturating_mul(100).checked_div(before.minor_units()).unwrap_or(0) } else { 0 }
    }

    /// # Errors
    /// `BadAmount` on overflow.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, Refusal> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::plus)
    }
}

/// Amounts of two currencies are in no order.
impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.amount.cmp(&other.amount))
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
        // Most are below a thousand, and have nothing to group.
        if self.amount < Decimal::ONE_THOUSAND {
            return write!(f, "{}", self.amount);
        }
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
