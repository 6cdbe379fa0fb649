//! A change of many prices at once: by a percentage or by an amount.

use serde::{Deserialize, Serialize};

use super::{Money, Percent};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PriceChange {
    RaiseByPercent(Percent),
    LowerByPercent(Percent),
    RaiseByAmount(Money),
    LowerByAmount(Money),
}

/// Why a price cannot be changed so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceFlaw {
    BelowZero,
    /// Above what a product may cost.
    TooHigh,
}

impl PriceChange {
    /// The new price, at most `most` in whole units. By a percentage it is rounded once, half away from zero, to what the
    /// currency has; an amount is exact.
    ///
    /// # Errors
    /// `BelowZero`, `TooHigh`.
    pub fn apply(self, price: Money, most: u32) -> Result<Money, PriceFlaw> {
        let hundred = Percent::HUNDRED.thousandths();
        let raised = match self {
            // A part of the new price and not the price less a part: that would round the other way.
            Self::LowerByPercent(percent) => {
                let left = hundred.saturating_sub(percent.thousandths());
                return price.share(left.into(), hundred.into()).map_err(|_| PriceFlaw::BelowZero);
            }
            Self::LowerByAmount(amount) => return price.minus(amount).map_err(|_| PriceFlaw::BelowZero),
            Self::RaiseByPercent(percent) => price.percent_of(percent).and_then(|more| price.plus(more)),
            Self::RaiseByAmount(amount) => price.plus(amount),
        };
        raised.ok().filter(|price| price.amount() <= most.into()).ok_or(PriceFlaw::TooHigh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_rounded_once_to_its_currency_half_away_from_zero() {
        use PriceChange::{LowerByAmount, LowerByPercent, RaiseByAmount, RaiseByPercent};
        let percent = |text: &str| text.parse::<Percent>().unwrap();
        for (code, price, by, text, expected) in [
            ("USD", "10.00", "raise %", "10", Ok("11.00")),
            ("USD", "9.99", "raise %", "7.5", Ok("10.74")),
            ("USD", "0.05", "raise %", "10", Ok("0.06")),
            ("USD", "0.05", "lower %", "10", Ok("0.05")),
            ("USD", "0.15", "lower %", "10", Ok("0.14")),
            ("USD", "9.99", "lower %", "33.333", Ok("6.66")),
            ("USD", "9.99", "lower %", "100", Ok("0.00")),
            ("USD", "9.99", "raise %", "0", Ok("9.99")),
            ("JPY", "105", "lower %", "10", Ok("95")),
            ("JPY", "5", "raise %", "10", Ok("6")),
            ("JPY", "4", "raise %", "10", Ok("4")),
            ("KWD", "1.005", "raise %", "10", Ok("1.106")),
            ("KWD", "0.005", "lower %", "10", Ok("0.005")),
            ("USD", "9.99", "raise", "0.01", Ok("10.00")),
            ("USD", "9.99", "lower", "9.99", Ok("0.00")),
            ("USD", "9.99", "lower", "10.00", Err(PriceFlaw::BelowZero)),
            ("USD", "999999.99", "raise", "0.01", Ok("1000000.00")),
            ("USD", "1000000.00", "raise", "0.01", Err(PriceFlaw::TooHigh)),
            ("USD", "600000.00", "raise %", "100", Err(PriceFlaw::TooHigh)),
            ("USD", "0.00", "raise %", "50", Ok("0.00")),
        ] {
            let currency = code.parse().unwrap();
            let money = |text: &str| Money::parse(text, currency).unwrap();
            let change = match by {
                "raise %" => RaiseByPercent(percent(text)),
                "lower %" => LowerByPercent(percent(text)),
                "raise" => RaiseByAmount(money(text)),
                _ => LowerByAmount(money(text)),
            };
            let written = change.apply(money(price), 1_000_000).map(|price| price.amount().to_string());
            assert_eq!(written, expected.map(str::to_owned), "{code} {price} {by} {text}");
        }
    }
}
