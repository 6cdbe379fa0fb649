//! All that totals depend on.

use serde::{Deserialize, Serialize};

use crate::domain::promotions::{Discounted, Rest, discounted};
use crate::domain::{
    Candidate, Currency, Destination, Money, Parcel, Refusal, Shopper, TaxRules, TotalsLine, VatNumber,
};

/// The method that was chosen, and what it costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingCharge {
    pub name: String,
    pub price: Money,
}

/// All that an order's totals depend on.
#[derive(Debug, Clone)]
pub struct TotalsInput {
    pub currency: Currency,
    pub lines: Vec<TotalsLine>,
    /// The automatic promotions and the one whose code was typed.
    pub promotions: Vec<Candidate>,
    pub shopper: Shopper,
    /// None before a method was chosen, and for what needs none.
    pub shipping: Option<ShippingCharge>,
    pub tax: TaxRules,
    /// The seller's country for what is collected at the shop.
    pub destination: Destination,
    /// Of the business that buys, where it gave one that looks right.
    pub vat_number: Option<VatNumber>,
}

impl TotalsInput {
    /// What is sent, and whether anything is.
    pub fn parcel(&self) -> Parcel {
        Parcel::of(self.lines.iter().map(|line| (line.weight_grams, line.quantity, line.needs_shipping)))
    }

    /// What the goods come to after their discounts, as shipping prices ask: with no method chosen yet, so that what is
    /// offered does not depend on what was chosen.
    ///
    /// # Errors
    /// `BadAmount` on overflow or where currencies differ.
    pub fn goods_after_discounts(&self) -> Result<Money, Refusal> {
        let discounted = self.discounted(None)?;
        Money::sum(self.currency, discounted.rest.lines)
    }

    pub(super) fn discounted(&self, shipping: Option<Money>) -> Result<Discounted, Refusal> {
        let lines = self.lines.iter().map(TotalsLine::price).collect::<Result<_, _>>()?;
        let full = Rest { currency: self.currency, lines, shipping };
        discounted(&self.lines, full, &self.promotions, &self.shopper)
    }
}
