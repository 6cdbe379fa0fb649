//! What a promotion takes off.

use serde::{Deserialize, Serialize};

use crate::domain::{Currency, Money, Percent, Problem, Refusal};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PromotionKind {
    /// Of the lines it is for, together.
    Percent { percent: Percent },
    /// Off the lines it is for, together, and at most all of them.
    Amount { amount: Money },
    /// The price of shipping.
    FreeShipping,
    /// Of each full set of `buy` and `get` units among the lines it is for, `get` cost nothing: the cheapest of them all.
    BuyXGetY { buy: u32, get: u32 },
}

impl PromotionKind {
    /// The most units of either side of a set.
    pub const MOST_UNITS: u32 = 99;

    /// As the database and the API spell it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Percent { .. } => "percent",
            Self::Amount { .. } => "amount",
            Self::FreeShipping => "free_shipping",
            Self::BuyXGetY { .. } => "buy_x_get_y",
        }
    }

    /// How much of it, as text: `10.00` per cent, `5.00` of the shop's currency, nothing for free shipping, `2+1` for two
    /// bought and one for nothing.
    pub fn value(&self) -> String {
        match self {
            Self::Percent { percent } => percent.to_string(),
            Self::Amount { amount } => amount.amount().to_string(),
            Self::FreeShipping => String::new(),
            Self::BuyXGetY { buy, get } => format!("{buy}+{get}"),
        }
    }

    /// Reads a kind and its value as `as_str` and `value` write them.
    ///
    /// # Errors
    /// `Invalid` with `kind` or `value`.
    pub fn parse(kind: &str, value: &str, currency: Currency) -> Result<Self, Refusal> {
        let beside_value = |problem| Refusal::field("value", problem);
        let read = match kind {
            "percent" => Self::Percent { percent: value.trim().parse().map_err(beside_value)? },
            "amount" => Self::Amount {
                amount: Money::parse(value.trim(), currency)
                    .map_err(|_| beside_value(Problem::NotAnAmount { decimals: currency.decimals() }))?,
            },
            "free_shipping" if value.trim().is_empty() => Self::FreeShipping,
            "free_shipping" => return Err(beside_value(Problem::NotAChoice)),
            "buy_x_get_y" => {
                let units = |text: &str| text.trim().parse::<u32>().ok();
                let sides = value.split_once('+').and_then(|(buy, get)| units(buy).zip(units(get)));
                let (buy, get) = sides.ok_or_else(|| beside_value(Self::SET))?;
                Self::BuyXGetY { buy, get }
            }
            _ => return Err(Refusal::field("kind", Problem::NotAChoice)),
        };
        read.check().map_err(beside_value)?;
        Ok(read)
    }

    const SET: Problem = Problem::NotASet { max: Self::MOST_UNITS };

    /// # Errors
    /// `Zero` for nothing off, `NotASet` unless both sides are 1 to 99.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let units = |n: &u32| (1..=Self::MOST_UNITS).contains(n);
        match self {
            Self::Percent { percent } if percent.is_zero() => Err(Problem::Zero),
            Self::Amount { amount } if amount.is_zero() => Err(Problem::Zero),
            Self::BuyXGetY { buy, get } if !units(buy) || !units(get) => Err(Self::SET),
            _ => Ok(()),
        }
    }

    /// The order in which promotions that go together are taken off, each from what the ones before left.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::BuyXGetY { .. } => 0,
            Self::Percent { .. } => 1,
            Self::Amount { .. } => 2,
            Self::FreeShipping => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(kind: &str, value: &str) -> Result<PromotionKind, Refusal> {
        PromotionKind::parse(kind, value, Currency::USD)
    }

    #[test]
    fn a_kind_and_its_value_are_written_as_they_are_read() {
        let mut ranks = Vec::new();
        for (kind, typed, value) in [
            ("buy_x_get_y", " 2 + 1 ", "2+1"),
            ("percent", " 12.5", "12.50"),
            ("percent", "100", "100.00"),
            ("amount", "5 ", "5.00"),
            ("free_shipping", " ", ""),
        ] {
            let read = usd(kind, typed).unwrap();
            assert_eq!((read.as_str(), read.value().as_str()), (kind, value));
            assert_eq!(usd(kind, value).unwrap(), read);
            assert_eq!(serde_json::to_value(read).unwrap()["kind"], kind);
            ranks.push(read.rank());
        }
        assert_eq!(ranks, [0, 1, 1, 2, 3]);
        assert_eq!(usd("buy_x_get_y", "99+99"), Ok(PromotionKind::BuyXGetY { buy: 99, get: 99 }));
        assert_eq!(usd("buy_x_get_y", "1+1"), Ok(PromotionKind::BuyXGetY { buy: 1, get: 1 }));
    }

    #[test]
    fn what_takes_nothing_off_is_refused() {
        for (kind, value, problem) in [
            ("percent", "0", Problem::Zero),
            ("percent", "101", Problem::NotAPercentage),
            ("amount", "0.00", Problem::Zero),
            ("amount", "1.234", Problem::NotAnAmount { decimals: 2 }),
            ("amount", "-1", Problem::NotAnAmount { decimals: 2 }),
            ("free_shipping", "5", Problem::NotAChoice),
            ("buy_x_get_y", "2", PromotionKind::SET),
            ("buy_x_get_y", "0+1", PromotionKind::SET),
            ("buy_x_get_y", "1+0", PromotionKind::SET),
            ("buy_x_get_y", "100+1", PromotionKind::SET),
            ("buy_x_get_y", "1+100", PromotionKind::SET),
            ("buy_x_get_y", "a+b", PromotionKind::SET),
        ] {
            assert_eq!(usd(kind, value), Err(Refusal::field("value", problem)), "{kind} {value}");
        }
        assert_eq!(usd("gift", "1"), Err(Refusal::field("kind", Problem::NotAChoice)));
    }
}
