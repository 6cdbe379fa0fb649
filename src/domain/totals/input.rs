//! All that totals depend on.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::promotions::{Discounted, Rest, discounted};
use crate::domain::{
    Candidate, Currency, Destination, Money, Parcel, ProductId, PromotionId, Refusal, Shopper, TaxClass, TaxRules,
    TotalsLine, VariantId, VatNumber,
};

/// How often more is put in until it is enough: discounts that begin on the way, and what is rounded, take of it again.
const ATTEMPTS: u32 = 8;

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
        self.discounted_of(&self.lines, shipping)
    }

    /// How much more of goods, at their full price, makes these come to so much after their discounts; none where it is not
    /// found. What is put in is one more thing that no promotion names: those for everything take their part of it, and those
    /// that wait for a total may begin.
    ///
    /// # Errors
    /// As `goods_after_discounts`.
    pub fn more_goods_for(&self, target: Money) -> Result<Option<Money>, Refusal> {
        let mut reached = self.goods_after_discounts()?;
        let mut more = Money::zero(self.currency);
        for attempt in 0..ATTEMPTS {
            let Some(missing) = target.minus(reached).ok().filter(|missing| !missing.is_zero()) else {
                return Ok(Some(more));
            };
            let before = reached;
            let mut put = missing;
            reached = self.goods_with_more(more.plus(put)?)?;
            // What a discount takes once, it took at the first; what it takes of all that is put in, it goes on taking.
            if attempt > 0 {
                let Some(gained) = reached.minus(before).ok().filter(|gained| !gained.is_zero()) else {
                    return Ok(None);
                };
                put = missing.raised(put, gained)?;
                reached = self.goods_with_more(more.plus(put)?)?;
            }
            more = more.plus(put)?;
        }
        Ok(None)
    }

    /// Whether shipping is free, and this promotion has its part in that, once so much more of goods is in the cart.
    ///
    /// # Errors
    /// As `goods_after_discounts`.
    pub fn is_free_with_more(&self, more: Money, promotion: PromotionId) -> Result<bool, Refusal> {
        let Discounted { discounts, rest, .. } = self.with_more(more, self.shipping.as_ref().map(|s| s.price))?;
        let applies = discounts.iter().any(|discount| discount.promotion == Some(promotion));
        Ok(applies && rest.shipping.is_none_or(|rest| rest.is_zero()))
    }

    fn goods_with_more(&self, more: Money) -> Result<Money, Refusal> {
        Money::sum(self.currency, self.with_more(more, None)?.rest.lines)
    }

    /// With one more thing of this price that no promotion names.
    fn with_more(&self, more: Money, shipping: Option<Money>) -> Result<Discounted, Refusal> {
        let thing = TotalsLine {
            variant: VariantId(Uuid::nil()),
            product: ProductId(Uuid::nil()),
            categories: Vec::new(),
            unit_price: more,
            quantity: 1,
            tax_class: TaxClass::Standard,
            weight_grams: 0,
            needs_shipping: true,
        };
        let lines: Vec<_> = self.lines.iter().cloned().chain([thing]).collect();
        self.discounted_of(&lines, shipping)
    }

    fn discounted_of(&self, lines: &[TotalsLine], shipping: Option<Money>) -> Result<Discounted, Refusal> {
        let prices = lines.iter().map(TotalsLine::price).collect::<Result<_, _>>()?;
        let full = Rest { currency: self.currency, lines: prices, shipping };
        discounted(lines, full, &self.promotions, &self.shopper)
    }
}
