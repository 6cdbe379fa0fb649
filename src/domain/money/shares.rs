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
