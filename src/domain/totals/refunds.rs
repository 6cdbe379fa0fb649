//! What one line of an order comes to, and what is given back for some of its units.

use serde::{Deserialize, Serialize};

use crate::domain::{AppliedRate, Currency, Money, Percent, Problem, Refusal};

/// The amounts of one line, or of shipping as a line of one unit, as the order keeps them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    pub quantity: u32,
    /// All units, before discounts.
    pub price: Money,
    /// At most `price`.
    pub discount: Money,
    /// On what the discount leaves.
    pub tax: Money,
    /// Whether `price` contains the tax.
    pub tax_included: bool,
}

/// What is given back: `amount = price − discount + tax not included`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundParts {
    pub price: Money,
    pub discount: Money,
    /// Of `amount`, whether it was included in the price or added.
    pub tax: Money,
    pub amount: Money,
}

/// What was given back of a line so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenBack {
    pub units: u32,
    pub price: Money,
    pub discount: Money,
    pub tax: Money,
}

impl GivenBack {
    pub fn nothing(currency: Currency) -> Self {
        let nothing = Money::zero(currency);
        Self { units: 0, price: nothing, discount: nothing, tax: nothing }
    }
}

impl Amounts {
    /// `rest` is what the discounts left of `price`.
    pub(super) fn of(
        quantity: u32,
        price: Money,
        rest: Money,
        rate: Option<&AppliedRate>,
        tax_included: bool,
    ) -> Result<Self, Refusal> {
        let rate = rate.map_or(Percent::ZERO, |applied| applied.rate);
        let tax = if tax_included { rest.percent_contained(rate)? } else { rest.percent_of(rate)? };
        Ok(Self { quantity, price, discount: price.minus(rest)?, tax, tax_included })
    }

    /// What was paid for all of it.
    ///
    /// # Errors
    /// `BadAmount` if the parts do not fit together.
    pub fn charged(&self) -> Result<Money, Refusal> {
        Ok(self.of_first(self.quantity)?.amount)
    }

    /// What is given back for `quantity` more units, after `refunded` were. Whatever the steps, all units together give
    /// exactly what was charged, and every part of it: each step is the difference of two shares.
    ///
    /// # Errors
    /// `Invalid` with `quantity` unless so many are left; `BadAmount` if the parts do not fit together.
    pub fn refund_of(&self, refunded: u32, quantity: u32) -> Result<RefundParts, Refusal> {
        let left = self.quantity.saturating_sub(refunded);
        if !(1..=left).contains(&quantity) {
            return Err(Refusal::field("quantity", Problem::OutOfRange { min: 1, max: left }));
        }
        let before = self.of_first(refunded)?;
        let after = self.of_first(refunded.saturating_add(quantity))?;
        Ok(RefundParts {
            price: after.price.minus(before.price)?,
            discount: after.discount.minus(before.discount)?,
            tax: after.tax.minus(before.tax)?,
            amount: after.amount.minus(before.amount)?,
        })
    }

    /// What is given back for `quantity` more units after these, whatever was given for them: some may have been given
    /// back in vain. It is their share of what is left, so that with the last unit everything is given back, and every
    /// part of it.
    ///
    /// # Errors
    /// As `refund_of`.
    pub fn refund_after(&self, given: &GivenBack, quantity: u32) -> Result<RefundParts, Refusal> {
        let left = self.quantity.saturating_sub(given.units);
        if !(1..=left).contains(&quantity) {
            return Err(Refusal::field("quantity", Problem::OutOfRange { min: left.min(1), max: left }));
        }
        let rest = Self {
            quantity: left,
            price: self.price.minus(given.price)?,
            discount: self.discount.minus(given.discount)?,
            tax: self.tax.minus(given.tax)?,
            tax_included: self.tax_included,
        };
        rest.of_first(quantity)
    }

    /// The share of the first so many units. The tax follows what was paid for them, so that no unit bears more tax than
    /// it cost.
    fn of_first(&self, units: u32) -> Result<RefundParts, Refusal> {
        let share = |money: Money| money.share(units.into(), self.quantity.into());
        let (price, discount) = (share(self.price)?, share(self.discount)?);
        let (paid, all) = (price.minus(discount)?, self.price.minus(self.discount)?);
        let tax = if all.is_zero() { self.tax } else { self.tax.share(paid.minor_units(), all.minor_units())? };
        let amount = if self.tax_included { paid } else { paid.plus(tax)? };
        Ok(RefundParts { price, discount, tax, amount })
    }
}
