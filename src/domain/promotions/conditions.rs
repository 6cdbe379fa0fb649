//! When a promotion applies.

use super::{Candidate, Promotion, PromotionKind, Shopper};
use crate::domain::{Money, PromotionRefusal, Refusal, TotalsLine};

impl Candidate {
    /// Whether the shopper, the time and the limits allow it.
    pub(super) fn allowed(&self, shopper: &Shopper) -> Result<(), PromotionRefusal> {
        let Promotion { customer, starts_at, ends_at, limit, limit_per_customer, .. } = &self.promotion;
        let refused = [
            (!self.promotion.active, PromotionRefusal::Unknown),
            (customer.is_some() && *customer != shopper.user, PromotionRefusal::Unknown),
            (starts_at.is_some_and(|start| shopper.now < start), PromotionRefusal::NotYet),
            (ends_at.is_some_and(|end| shopper.now >= end), PromotionRefusal::Over),
            (self.promotion.first_order_only && !shopper.first_order, PromotionRefusal::FirstOrderOnly),
            (limit.is_some_and(|limit| self.uses >= limit), PromotionRefusal::UsedUp),
            (limit_per_customer.is_some_and(|limit| self.uses_by_customer >= limit), PromotionRefusal::UsedByYou),
        ];
        refused.into_iter().find_map(|(applies, why)| applies.then_some(why)).map_or(Ok(()), Err)
    }
}

impl Promotion {
    /// Whether it is for this line.
    pub(super) fn is_for(&self, line: &TotalsLine) -> bool {
        let all = self.products.is_empty() && self.categories.is_empty();
        all || self.products.contains(&line.product) || line.categories.iter().any(|c| self.categories.contains(c))
    }

    /// Whether the lines allow it: there are some it is for, and enough of them.
    ///
    /// # Errors
    /// `BadAmount` on overflow.
    pub(super) fn fits(&self, lines: &[TotalsLine]) -> Result<Result<(), PromotionRefusal>, Refusal> {
        let eligible: Vec<_> = lines.iter().filter(|line| self.is_for(line)).collect();
        let Some(first) = eligible.first() else { return Ok(Err(PromotionRefusal::NotForTheseItems)) };
        if let Some(minimum) = self.minimum {
            let prices: Vec<_> = eligible.iter().map(|line| line.price()).collect::<Result<_, _>>()?;
            let worth = Money::sum(first.unit_price.currency(), prices)?;
            if worth < minimum {
                return Ok(Err(minimum_missing(minimum.minus(worth)?)));
            }
        }
        if let PromotionKind::BuyXGetY { buy, get } = self.kind {
            let units = eligible.iter().fold(0_u32, |sum, line| sum.saturating_add(line.quantity));
            let missing = buy.saturating_add(get).saturating_sub(units);
            if missing > 0 {
                return Ok(Err(PromotionRefusal::UnitsMissing { missing }));
            }
        }
        Ok(Ok(()))
    }
}

/// A refusal knows no money, since money is refused: the amount and its currency travel in it.
pub(super) fn minimum_missing(missing: Money) -> PromotionRefusal {
    PromotionRefusal::MinimumMissing { missing: missing.amount(), currency: missing.currency().code().to_owned() }
}
