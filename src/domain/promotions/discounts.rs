//! What promotions take off which line.
//!
//! All that go together are taken off in one order, whatever order they were given in: sets first, then percentages, then
//! amounts, then shipping, and by id within each; every one from what those before it left.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::{Candidate, Promotion, PromotionCode, PromotionKind, Shopper};
use crate::domain::{Currency, Money, PromotionId, PromotionRefusal, Refusal, TotalsLine};

/// One part of what is taken off an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// None for the tax that a reverse charge takes out of prices which include it.
    pub promotion: Option<PromotionId>,
    /// The promotion's name.
    pub label: String,
    pub code: Option<PromotionCode>,
    /// `lines` and `shipping` together. Nothing only for free shipping before a method was chosen.
    pub amount: Money,
    /// Off each line, in the order of the lines.
    pub lines: Vec<Money>,
    pub shipping: Money,
}

/// A candidate that does not apply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub promotion: PromotionId,
    pub code: Option<PromotionCode>,
    pub why: PromotionRefusal,
}

/// The discounts, and what they left to pay of each line and of shipping.
#[derive(Debug)]
pub struct Discounted {
    pub discounts: Vec<Discount>,
    pub left_out: Vec<LeftOut>,
    pub rest: Rest,
}

/// What is left to pay.
#[derive(Debug, Clone)]
pub struct Rest {
    pub currency: Currency,
    pub lines: Vec<Money>,
    /// None as long as no method was chosen.
    pub shipping: Option<Money>,
}

/// What is taken off.
struct Effect {
    lines: Vec<Money>,
    shipping: Money,
    amount: Money,
    /// Free shipping that waits for a method.
    pending: bool,
}

impl Effect {
    const fn is_felt(&self) -> bool {
        self.pending || !self.amount.amount().is_zero()
    }
}

/// Chooses among the candidates and takes them off.
///
/// # Errors
/// `BadAmount` on overflow, and for promotions of another currency.
pub fn discounted(
    lines: &[TotalsLine],
    full: Rest,
    candidates: &[Candidate],
    shopper: &Shopper,
) -> Result<Discounted, Refusal> {
    let mut left_out = Vec::new();
    let mut omit = |promotion: &Promotion, why| {
        left_out.push(LeftOut { promotion: promotion.id, code: promotion.code.clone(), why });
    };
    let mut stacked = Vec::new();
    let mut alone = Vec::new();
    for candidate in candidates {
        let promotion = &candidate.promotion;
        let allowed = match candidate.allowed(shopper) {
            Ok(()) => promotion.fits(lines)?,
            refused => refused,
        };
        if let Err(why) = allowed {
            omit(promotion, why);
        } else if promotion.stackable {
            stacked.push(promotion);
        } else {
            let effect = effect(promotion, lines, &full)?;
            if effect.is_felt() {
                alone.push((effect.amount, promotion))
            } else {
                omit(promotion, PromotionRefusal::NoEffect)
            }
        }
    }

    // Of two that are worth the same, the one that was asked for, then the older one.
    alone.sort_by_key(|(amount, p)| Reverse((amount.minor_units(), p.code.is_some(), Reverse(p.id))));
    let mut alone = alone.into_iter().map(|(_, promotion)| promotion);
    stacked.extend(alone.next());
    alone.for_each(|promotion| omit(promotion, PromotionRefusal::Beaten));
    stacked.sort_by_key(|promotion| (promotion.kind.rank(), promotion.id));

    let mut rest = full;
    let mut discounts = Vec::new();
    for promotion in stacked {
        let effect = effect(promotion, lines, &rest)?;
        if !effect.is_felt() {
            omit(promotion, PromotionRefusal::NoEffect);
            continue;
        }
        rest.take_off(&effect.lines, effect.shipping)?;
        discounts.push(Discount {
            promotion: Some(promotion.id),
            label: promotion.name.clone(),
            code: promotion.code.clone(),
            amount: effect.amount,
            lines: effect.lines,
            shipping: effect.shipping,
        });
    }
    left_out.sort_by_key(|omitted| omitted.promotion);
    Ok(Discounted { discounts, left_out, rest })
}

impl Rest {
    /// # Errors
    /// `BadAmount` if more is taken off than is left.
    pub fn take_off(&mut self, lines: &[Money], shipping: Money) -> Result<(), Refusal> {
        for (rest, off) in self.lines.iter_mut().zip(lines) {
            *rest = rest.minus(*off)?;
        }
        self.shipping = self.shipping.map(|rest| rest.minus(shipping)).transpose()?;
        Ok(())
    }
}

/// What a promotion takes off what is left.
fn effect(promotion: &Promotion, lines: &[TotalsLine], rest: &Rest) -> Result<Effect, Refusal> {
    let zero = Money::zero(rest.currency);
    let left = |(line, rest): (&TotalsLine, &Money)| if promotion.is_for(line) { *rest } else { zero };
    let eligible: Vec<_> = lines.iter().zip(&rest.lines).map(left).collect();
    let worth = Money::sum(rest.currency, eligible.iter().copied())?;
    let off = match promotion.kind {
        PromotionKind::BuyXGetY { buy, get } => free_units(promotion, lines, &eligible, buy, get)?,
        PromotionKind::Percent { percent } => worth.percent_of(percent)?.split(&eligible)?,
        PromotionKind::Amount { amount } => (if worth < amount { worth } else { amount }).split(&eligible)?,
        PromotionKind::FreeShipping => {
            let shipping = rest.shipping.unwrap_or(zero);
            let pending = rest.shipping.is_none() && lines.iter().any(|line| line.needs_shipping);
            return Ok(Effect { lines: vec![zero; lines.len()], shipping, amount: shipping, pending });
        }
    };
    let amount = Money::sum(rest.currency, off.iter().copied())?;
    Ok(Effect { lines: off, shipping: zero, amount, pending: false })
}

/// The price of the cheapest units, `get` for each full set, and at most what is left of their lines.
fn free_units(
    promotion: &Promotion,
    lines: &[TotalsLine],
    rest: &[Money],
    buy: u32,
    get: u32,
) -> Result<Vec<Money>, Refusal> {
    let mut cheapest: Vec<_> = (0_usize..).zip(lines).filter(|(_, line)| promotion.is_for(line)).collect();
    cheapest.sort_by_key(|(_, line)| (line.unit_price.minor_units(), line.variant));
    let units = cheapest.iter().fold(0_u32, |sum, (_, line)| sum.saturating_add(line.quantity));
    let sets = units.checked_div(buy.saturating_add(get)).unwrap_or(0);
    let mut free = sets.saturating_mul(get);
    let mut off: Vec<_> = rest.iter().map(|rest| Money::zero(rest.currency())).collect();
    for (place, line) in cheapest {
        let count = free.min(line.quantity);
        free -= count;
        if let (Some(off), Some(rest)) = (off.get_mut(place), rest.get(place)) {
            let price = line.unit_price.times(count)?;
            *off = if *rest < price { *rest } else { price };
        }
    }
    Ok(off)
}
