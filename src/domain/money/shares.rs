//! Parts of an amount: percentages, shares, and splits that lose nothing.
//!
//! Computed in whole minor units, so that nothing is rounded twice. An amount has at most 14 digits and a percentage six:
//! no product here leaves 128 bits.

use crate::domain::{Percent, Refusal};

use super::Money;

impl Money {
    /// So much per cent of it, half away from zero: 19 % of 10.00 are 1.90.
    ///
    /// # Errors
    /// None in practice: a percentage is at most 100.
    pub fn percent_of(self, percent: Percent) -> Result<Self, Refusal> {
        self.share(u64::from(percent.thousandths()), u64::from(Percent::HUNDRED.thousandths()))
    }

    /// The tax that is contained in an amount which includes it: `gross − gross / (1 + rate)`, half away from zero. 19 %
    /// contained in 11.90 are 1.90.
    ///
    /// # Errors
    /// None in practice: a tax is at most its gross.
    pub fn percent_contained(self, percent: Percent) -> Result<Self, Refusal> {
        let rate = u64::from(percent.thousandths());
        self.share(rate, u64::from(Percent::HUNDRED.thousandths()).saturating_add(rate))
    }

    /// `part / whole` of it, half away from zero. Shares of a growing part never shrink, and the whole's share is all
    /// of it: what is given out as the difference of two shares adds up exactly.
    ///
    /// # Errors
    /// `BadAmount` if the part is more than the whole, or the whole is nothing.
    pub fn share(self, part: u64, whole: u64) -> Result<Self, Refusal> {
        if part > whole || whole == 0 {
            return Err(Refusal::BadAmount);
        }
        let (part, whole) = (u128::from(part), u128::from(whole));
        let doubled = u128::from(self.minor_units()).checked_mul(part).and_then(|product| product.checked_mul(2));
        let rounded = doubled.and_then(|d| d.checked_add(whole)).ok_or(Refusal::BadAmount)? / (2 * whole);
        Self::from_minor_units(u64::try_from(rounded).map_err(|_| Refusal::BadAmount)?, self.currency())
    }

    /// `whole / part` of it, rounded up: what it takes to have so much left, where of `whole` a `part` is left.
    ///
    /// # Errors
    /// `BadAmount` above the limit, or if the part is nothing.
    pub fn raised(self, whole: Self, part: Self) -> Result<Self, Refusal> {
        if part.is_zero() {
            return Err(Refusal::BadAmount);
        }
        let product = u128::from(self.minor_units()) * u128::from(whole.minor_units());
        let units = product.div_ceil(u128::from(part.minor_units()));
        Self::from_minor_units(u64::try_from(units).map_err(|_| Refusal::BadAmount)?, self.currency())
    }

    /// Splits it in proportion to weights, so that the parts add up to it exactly: each gets its share rounded down, and
    /// what is left goes, a minor unit each, to the largest remainders, the earlier first among equals (the method of
    /// Hamilton and Hare). No part is more than its weight if the amount is at most their sum.
    ///
    /// # Errors
    /// `BadAmount` if there is something to split and no weight, when the weights overflow, or currencies differ.
    pub fn split(self, weights: &[Self]) -> Result<Vec<Self>, Refusal> {
        let whole = u128::from(Self::sum(self.currency(), weights.iter().copied())?.minor_units());
        if whole == 0 && !self.is_zero() {
            return Err(Refusal::BadAmount);
        }
        let divisor = whole.max(1);
        let amount = u128::from(self.minor_units());
        let products: Vec<_> = weights.iter().map(|w| amount * u128::from(w.minor_units())).collect();
        let mut parts: Vec<_> = products.iter().map(|product| product / divisor).collect();
        let left = amount - parts.iter().sum::<u128>();

        let mut by_remainder: Vec<_> = (0..).zip(products.iter().map(|product| product % divisor)).collect();
        by_remainder.sort_by_key(|(place, remainder)| (std::cmp::Reverse(*remainder), *place));
        let favoured: Vec<usize> = by_remainder.into_iter().map(|(place, _)| place).collect();
        for (place, _) in favoured.into_iter().zip(0..left) {
            if let Some(part) = parts.get_mut(place) {
                *part += 1;
            }
        }
        let money = |units| Self::from_minor_units(u64::try_from(units).unwrap_or(u64::MAX), self.currency());
        parts.into_iter().map(money).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;
    use proptest::prelude::*;

    fn money(text: &str, code: &str) -> Money {
        Money::parse(text, code.parse().unwrap()).unwrap()
    }

    fn usd(text: &str) -> Money {
        money(text, "USD")
    }

    #[test]
    fn an_amount_is_counted_in_its_smallest_unit() {
        for (text, code, units) in
            [("12", "JPY", 12), ("12.30", "USD", 1_230), ("12.305", "KWD", 12_305), ("0", "USD", 0)]
        {
            assert_eq!(money(text, code).minor_units(), units);
            assert_eq!(Money::from_minor_units(units, code.parse().unwrap()), Ok(money(text, code)));
        }
        assert_eq!(Money::from_minor_units(u64::MAX, Currency::USD), Err(Refusal::BadAmount));
        assert!(Money::from_minor_units(9_999_999_999_999, Currency::USD).is_ok());
        assert_eq!(Money::from_minor_units(10_000_000_000_000, Currency::USD), Err(Refusal::BadAmount));
    }

    #[test]
    fn what_is_raised_leaves_no_less() {
        for (amount, whole, part, raised) in [
            ("30.00", "100.00", "90.00", Ok("33.34")),
            ("30.00", "50.00", "50.00", Ok("30.00")),
            ("0.01", "3.00", "2.00", Ok("0.02")),
            ("0", "3.00", "2.00", Ok("0")),
            ("1.00", "1.00", "0", Err(Refusal::BadAmount)),
            ("999999999.99", "1000.00", "1.00", Err(Refusal::BadAmount)),
        ] {
            assert_eq!(usd(amount).raised(usd(whole), usd(part)), raised.map(usd), "{amount}");
        }
    }

    #[test]
    fn nothing_falls_below_zero() {
        assert_eq!(usd("1.00").minus(usd("0.99")), Ok(usd("0.01")));
        assert_eq!(usd("1.00").minus(usd("1.00")), Ok(usd("0")));
        assert_eq!(usd("1.00").minus(usd("1.01")), Err(Refusal::BadAmount));
        assert_eq!(usd("1.00").minus(money("1.00", "EUR")), Err(Refusal::BadAmount));
    }

    #[test]
    fn amounts_of_one_currency_are_in_order() {
        assert!(usd("0.99") < usd("1.00") && usd("1.00") <= usd("1.00") && usd("1.01") > usd("1.00"));
        assert_eq!(usd("1.00").partial_cmp(&money("1.00", "EUR")), None);
    }

    #[test]
    fn percentages_are_rounded_half_away_from_zero() {
        for (amount, code, percent, of, contained) in [
            ("10.00", "USD", "19", "1.90", "1.60"),
            ("11.90", "USD", "19", "2.26", "1.90"),
            ("100.00", "USD", "0", "0.00", "0.00"),
            ("100.00", "USD", "100", "100.00", "50.00"),
            // 0.005 and a little less; of yen 0.5; of dinars 0.0005.
            ("0.10", "USD", "5", "0.01", "0.00"),
            ("0.10", "USD", "4.999", "0.00", "0.00"),
            ("50", "JPY", "1", "1", "0"),
            ("49", "JPY", "1", "0", "0"),
            ("0.100", "KWD", "0.5", "0.001", "0.000"),
            // A half that is contained: 0.01 / 2.
            ("0.01", "USD", "100", "0.01", "0.01"),
            ("1.07", "USD", "7", "0.07", "0.07"),
            ("99999999.99", "USD", "8.875", "8875000.00", "8151549.94"),
        ] {
            let percent = percent.parse().unwrap();
            assert_eq!(money(amount, code).percent_of(percent), Ok(money(of, code)), "{percent} of {amount}");
            assert_eq!(
                money(amount, code).percent_contained(percent),
                Ok(money(contained, code)),
                "{percent} in {amount}"
            );
        }
        let most = Money::from_minor_units(9_999_999_999_999, Currency::USD).unwrap();
        assert_eq!(most.percent_of(Percent::HUNDRED), Ok(most));
    }

    #[test]
    fn a_share_is_at_most_the_whole() {
        let third = |part| usd("1.00").share(part, 3);
        assert_eq!([third(0), third(1), third(2), third(3)], [usd("0"), usd("0.33"), usd("0.67"), usd("1")].map(Ok));
        assert_eq!(third(4), Err(Refusal::BadAmount));
        assert_eq!(usd("1.00").share(0, 0), Err(Refusal::BadAmount));
        // What does not fit into 128 bits is refused, not wrapped.
        let most = Money::from_minor_units(9_999_999_999_999, Currency::USD).unwrap();
        assert_eq!(most.share(u64::MAX, u64::MAX), Ok(most));
    }

    #[test]
    fn a_split_gives_what_is_left_to_the_largest_remainders() {
        for (amount, weights, parts) in [
            ("1.00", vec!["1", "1", "1"], vec!["0.34", "0.33", "0.33"]),
            ("0.02", vec!["1", "1", "1"], vec!["0.01", "0.01", "0.00"]),
            // 0.333, 1.667, 8.000: the second has the largest remainder.
            ("0.10", vec!["0.10", "0.50", "2.40"], vec!["0.00", "0.02", "0.08"]),
            ("2.33", vec!["20.00", "3.33"], vec!["2.00", "0.33"]),
            ("5.00", vec!["0", "5.00", "0"], vec!["0", "5.00", "0"]),
            ("0", vec!["0", "0"], vec!["0", "0"]),
            ("0", vec![], vec![]),
            ("3.00", vec!["1.00", "2.00"], vec!["1.00", "2.00"]),
        ] {
            let all = |texts: Vec<&str>| texts.into_iter().map(usd).collect::<Vec<_>>();
            assert_eq!(usd(amount).split(&all(weights)), Ok(all(parts)), "{amount}");
        }
        assert_eq!(usd("0.01").split(&[usd("0")]), Err(Refusal::BadAmount));
        assert_eq!(usd("0.01").split(&[]), Err(Refusal::BadAmount));
        assert_eq!(usd("0.01").split(&[money("1", "EUR")]), Err(Refusal::BadAmount));
    }

    proptest! {
        #[test]
        fn the_parts_of_a_split_add_up_and_keep_within_their_weights(
            weights in prop::collection::vec(0_u64..10_000, 1..8), part in 0_u64..=1_000,
        ) {
            let whole: u64 = weights.iter().sum();
            let amount = Money::from_minor_units(whole * part / 1_000, Currency::USD).unwrap();
            let weights: Vec<_> = weights.into_iter().map(|w| Money::from_minor_units(w, Currency::USD).unwrap()).collect();
            let parts = amount.split(&weights).unwrap();
            prop_assert_eq!(Money::sum(Currency::USD, parts.iter().copied()).unwrap(), amount);
            for (part, weight) in parts.iter().zip(&weights) {
                prop_assert!(part <= weight);
                // Nowhere a whole unit away from the exact share.
                let exact = u128::from(amount.minor_units()) * u128::from(weight.minor_units());
                let given = u128::from(part.minor_units()) * u128::from(whole);
                prop_assert!(exact.abs_diff(given) < u128::from(whole.max(1)));
            }
        }

        #[test]
        fn shares_grow_with_their_part(units in 0_u64..100_000, whole in 1_u64..100, part in 0_u64..100) {
            let (amount, part) = (Money::from_minor_units(units, Currency::USD).unwrap(), part.min(whole - 1));
            prop_assert!(amount.share(part, whole).unwrap() <= amount.share(part + 1, whole).unwrap());
            prop_assert_eq!(amount.share(whole, whole).unwrap(), amount);
        }
    }
}
