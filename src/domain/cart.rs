//! The rules of a cart: how many of a thing, how many lines, and what a shopper must be told about a line.

use serde::{Deserialize, Serialize};

use super::{Money, Problem};

/// A cart holds at most this many lines.
pub const MAX_LINES: u32 = 50;

/// How many of one variant: 1 to 99.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Quantity(u32);

impl Quantity {
    pub const ONE: Self = Self(1);
    pub const MAX: u32 = 99;

    const RANGE: Problem = Problem::OutOfRange { min: 1, max: Self::MAX };

    /// # Errors
    /// `OutOfRange` unless 1 to 99.
    pub fn new(count: impl Into<i64>) -> Result<Self, Problem> {
        let count = u32::try_from(count.into()).ok().filter(|n| (1..=Self::MAX).contains(n));
        count.map(Self).ok_or(Self::RANGE)
    }

    /// Reads plain digits; no sign, no point, no exponent.
    ///
    /// # Errors
    /// `OutOfRange` for anything but 1 to 99.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Self::RANGE);
        }
        text.parse::<u32>().map_err(|_| Self::RANGE).and_then(Self::new)
    }

    pub const fn get(self) -> u32 {
        self.0
    }

    /// Two carts become one: quantities add up, to the most a line may hold.
    #[must_use]
    pub fn merged_with(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0).min(Self::MAX))
    }

    /// More of the same is put into the cart.
    ///
    /// # Errors
    /// `OutOfRange` above 99: unlike a merge, somebody is there to be told.
    pub fn plus(self, more: Self) -> Result<Self, Problem> {
        Self::new(self.0.saturating_add(more.0))
    }
}

impl TryFrom<u32> for Quantity {
    type Error = &'static str;

    fn try_from(count: u32) -> Result<Self, Self::Error> {
        Self::new(count).map_err(|_| "a quantity is 1 to 99")
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

/// What a shopper must be told about a line before they pay for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineNotice {
    /// The price is another than when the line was added.
    PriceChanged { from: Money },
    /// Fewer are left than the line asks for.
    OnlyLeft { left: u32 },
    /// Sold out, or no longer for sale.
    Gone,
}

impl LineNotice {
    /// The notices of a line, the gravest alone where the line cannot be bought at all.
    pub fn of(quantity: Quantity, for_sale: bool, stock: u32, price: Money, price_when_added: Money) -> Vec<Self> {
        if !for_sale || stock == 0 {
            return vec![Self::Gone];
        }
        let short = (stock < quantity.get()).then_some(Self::OnlyLeft { left: stock });
        let changed = (price != price_when_added).then_some(Self::PriceChanged { from: price_when_added });
        short.into_iter().chain(changed).collect()
    }

    /// Whether the cart cannot be ordered as it is.
    pub const fn blocks_checkout(&self) -> bool {
        !matches!(self, Self::PriceChanged { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;
    use proptest::prelude::*;

    fn usd(text: &str) -> Money {
        Money::parse(text, Currency::USD).unwrap()
    }

    #[test]
    fn a_quantity_is_1_to_99_in_plain_digits() {
        for good in ["1", "99", " 7 ", "007"] {
            assert!(Quantity::parse(good).is_ok(), "{good}");
        }
        for bad in ["", " ", "0", "100", "-1", "+1", "1.0", "1e1", "99999999999999999999", "one", "١", "1\0"] {
            assert_eq!(Quantity::parse(bad), Err(Problem::OutOfRange { min: 1, max: 99 }), "{bad:?}");
        }
    }

    #[test]
    fn a_quantity_travels_as_a_number_and_is_checked_on_arrival() {
        let most = Quantity::new(99_u32).unwrap();
        assert_eq!((u32::from(most), serde_json::to_value(most).unwrap()), (99, 99.into()));
        assert_eq!(serde_json::from_str::<Quantity>("99").unwrap(), most);
        for bad in ["0", "100", "-1", "1.0"] {
            assert!(serde_json::from_str::<Quantity>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn somebody_who_puts_in_more_than_99_is_told() {
        let quantity = |count: u32| Quantity::new(count).unwrap();
        assert_eq!(quantity(98).plus(Quantity::ONE), Ok(quantity(99)));
        assert_eq!(quantity(99).plus(Quantity::ONE), Err(Problem::OutOfRange { min: 1, max: 99 }));
        assert_eq!(quantity(99).merged_with(Quantity::ONE), quantity(99), "of two carts nobody is there to be told");
    }

    #[test]
    fn only_a_changed_price_does_not_stand_in_the_way_of_an_order() {
        assert!(LineNotice::Gone.blocks_checkout());
        assert!(LineNotice::OnlyLeft { left: 1 }.blocks_checkout());
        assert!(!LineNotice::PriceChanged { from: usd("1") }.blocks_checkout());
    }

    #[test]
    fn a_line_that_cannot_be_bought_says_only_that() {
        let two = Quantity::new(2).unwrap();
        assert_eq!(LineNotice::of(two, true, 0, usd("2"), usd("1")), [LineNotice::Gone]);
        assert_eq!(LineNotice::of(two, false, 9, usd("1"), usd("1")), [LineNotice::Gone]);
        assert_eq!(
            LineNotice::of(two, true, 1, usd("2"), usd("1")),
            [LineNotice::OnlyLeft { left: 1 }, LineNotice::PriceChanged { from: usd("1") }]
        );
        assert_eq!(LineNotice::of(two, true, 2, usd("1"), usd("1")), []);
    }

    proptest! {
        #[test]
        fn merging_never_leaves_the_range_and_does_not_mind_the_order(a in 1_u32..=99, b in 1_u32..=99) {
            let (a, b) = (Quantity::new(a).unwrap(), Quantity::new(b).unwrap());
            prop_assert_eq!(a.merged_with(b), b.merged_with(a));
            prop_assert_eq!(a.merged_with(b).get(), (a.get() + b.get()).min(99));
        }
    }
}
