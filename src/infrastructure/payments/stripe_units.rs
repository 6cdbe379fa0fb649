//! Amounts as Stripe counts them: whole units of the currency's smallest coin, with a few currencies of which Stripe thinks
//! otherwise than ISO 4217.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::domain::{Currency, Money};
use crate::usecase::Error;

/// An amount that Stripe has no number for.
#[derive(Debug, thiserror::Error)]
#[error("Stripe does not count {0}: it is finer than Stripe's units")]
pub struct NotCountable(pub Money);

impl NotCountable {
    pub fn is(error: &Error) -> bool {
        matches!(error, Error::Broken(cause) if cause.is::<Self>())
    }
}

/// After how many digits Stripe counts: as ISO does, but króna and shilling with two that are always 0, and ariary with
/// none.
fn decimals(currency: Currency) -> u32 {
    match currency.code() {
        "ISK" | "UGX" => 2,
        "MGA" => 0,
        _ => currency.decimals(),
    }
}

/// What amounts of a currency are multiples of where Stripe takes them; none: it takes all there are.
pub fn step(currency: Currency) -> Option<Decimal> {
    // Of three decimals, the last must be 0.
    let counted = decimals(currency).min(2);
    (counted < currency.decimals()).then(|| Decimal::new(1, counted))
}

/// None for an amount that Stripe does not take: of three decimals, the last must be 0; and part of an ariary.
pub fn to_units(amount: Money) -> Option<i64> {
    let decimals = decimals(amount.currency());
    let units = amount.amount().checked_mul(Decimal::from(10_i64.checked_pow(decimals)?))?;
    let units = units.normalize().is_integer().then(|| units.to_i64())??;
    (decimals < 3 || units % 10 == 0).then_some(units)
}

/// None for what is no amount of the currency.
pub fn from_units(units: i64, currency: Currency) -> Option<Money> {
    let amount = Decimal::from(units).checked_div(Decimal::from(10_i64.checked_pow(decimals(currency))?))?;
    Money::new(amount, currency).ok().filter(|money| money.amount() == amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_counted_as_stripe_does() {
        for (text, code, expected) in [
            ("24.00", "USD", Some(2_400)),
            ("0.01", "EUR", Some(1)),
            ("500", "JPY", Some(500)),
            ("5", "ISK", Some(500)),
            ("5", "UGX", Some(500)),
            ("7.00", "MGA", Some(7)),
            ("7.20", "MGA", None),
            ("5.120", "KWD", Some(5_120)),
            ("5.124", "KWD", None),
            ("0.005", "BHD", None),
            ("0.000", "TND", Some(0)),
            ("999999999.99", "USD", Some(99_999_999_999)),
        ] {
            let amount = Money::parse(text, code.parse().unwrap()).unwrap();
            assert_eq!(to_units(amount), expected, "{text} {code}");
            let is_taken = step(amount.currency()).is_none_or(|step| amount.is_multiple_of(step));
            assert_eq!(is_taken, expected.is_some(), "{text} {code}");
            if let Some(units) = expected {
                assert_eq!(from_units(units, amount.currency()), Some(amount), "{text} {code}");
            }
        }
        assert_eq!(from_units(501, "ISK".parse().unwrap()), None, "no half of a króna");
        assert_eq!(from_units(-1, "USD".parse().unwrap()), None);
    }
}
