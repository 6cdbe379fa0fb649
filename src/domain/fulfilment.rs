//! What became of an order's money and units, and what more can be given back of them.

use super::{
    Amounts, GivenBack, ItemQuantity, Money, OrderItemId, OrderStatus, Problem, RefundParts, Refusal, VariantId,
};

/// An order as whoever gives back of it has to see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fulfilment {
    pub status: OrderStatus,
    pub lines: Vec<FulfilmentLine>,
    /// Shipping as a line of one unit, if something was sent for money or not.
    pub shipping: Option<(Amounts, GivenBack)>,
    /// What came in.
    pub captured: Money,
    /// What of it was given back, by refunds that did not fail.
    pub refunded: Money,
}

/// A line of an order and what became of its units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FulfilmentLine {
    pub id: OrderItemId,
    pub variant: VariantId,
    pub amounts: Amounts,
    /// By refunds that did not fail.
    pub given: GivenBack,
    /// Units that have left.
    pub shipped: u32,
    /// Units that were given back before they left, and never will.
    pub withdrawn: u32,
    /// Those of them whose refund failed: they are still to be given back.
    pub withdrawn_in_vain: u32,
    /// Units that came back, or may: of every return that was not refused.
    pub returning: u32,
}

impl FulfilmentLine {
    /// What is still to be sent.
    pub const fn unsent(&self) -> u32 {
        self.amounts.quantity.saturating_sub(self.shipped).saturating_sub(self.withdrawn)
    }
}

/// What staff want to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefundWish {
    Amount(Money),
    /// Units of lines, and what was paid for shipping.
    Items {
        items: Vec<ItemQuantity>,
        shipping: bool,
    },
}

/// What is given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPlan {
    pub amount: Money,
    /// Empty where it is an amount.
    pub lines: Vec<RefundLine>,
    pub units: Vec<UnitsBack>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundLine {
    /// None: shipping.
    pub item: Option<OrderItemId>,
    pub quantity: u32,
    pub parts: RefundParts,
    /// So many had not left, and never will.
    pub withdrawn: u32,
    /// So many had been withdrawn by a refund that failed.
    pub retaken: u32,
}

/// Units that the order holds no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitsBack {
    pub variant: VariantId,
    pub units: u32,
    /// They are on no shelf that anything could be sold from.
    pub written_off: bool,
}

impl Fulfilment {
    /// The lines that somebody means by their variants, each once and with at most as many units as `most` says.
    ///
    /// # Errors
    /// `Invalid` with `items`, `items[n].variant_id` or `items[n].quantity`.
    pub(super) fn choose_units(
        &self,
        items: &[ItemQuantity],
        most: impl Fn(&FulfilmentLine) -> u32,
    ) -> Result<Vec<(OrderItemId, u32)>, Refusal> {
        if items.is_empty() {
            return Err(Refusal::field("items", Problem::Required));
        }
        let mut lines = Vec::with_capacity(items.len());
        for (place, wanted) in items.iter().enumerate() {
            let line = self.line_meant(items, place, wanted.variant_id)?;
            let max = most(line);
            if !(1..=max).contains(&wanted.quantity) {
                return Err(refused_at(place, "quantity", Problem::OutOfRange { min: max.min(1), max }));
            }
            lines.push((line.id, wanted.quantity));
        }
        Ok(lines)
    }

    /// The line that is meant at this place, which no place before it means.
    fn line_meant(&self, items: &[ItemQuantity], place: usize, variant: VariantId) -> Result<&FulfilmentLine, Refusal> {
        if items.iter().take(place).any(|before| before.variant_id == variant) {
            return Err(refused_at(place, "variant_id", Problem::Duplicate));
        }
        let line = self.lines.iter().find(|line| line.variant == variant);
        line.ok_or_else(|| refused_at(place, "variant_id", Problem::NotAChoice))
    }

    /// What can still be given back.
    pub fn left(&self) -> Money {
        self.captured.minus(self.refunded).unwrap_or(Money::zero(self.captured.currency()))
    }

    /// The refusal of more than that.
    pub fn too_large(&self) -> Refusal {
        let left = self.left();
        Refusal::RefundTooLarge { left: left.amount(), currency: left.currency().code().to_owned() }
    }

    /// Decides a refund. Units that have not left are given back first, and are not sent any more; with `restock` they go
    /// back on the shelf, as do those that have come back, and without they are written off.
    ///
    /// # Errors
    /// `RefundTooLarge` above what is left of what came in; `Invalid` with `amount` for nothing, with `items[n].variant_id`
    /// or `items[n].quantity` for what was not ordered, was given back already or is named twice, with `shipping` where it
    /// was given back or never paid, and with `restock` where there is nothing to put back.
    pub fn refund(&self, wish: &RefundWish, restock: bool) -> Result<RefundPlan, Refusal> {
        let plan = match wish {
            RefundWish::Amount(_) if restock => return Err(Refusal::field("restock", Problem::NotAChoice)),
            RefundWish::Amount(amount) if amount.is_zero() => return Err(Refusal::field("amount", Problem::Zero)),
            RefundWish::Amount(amount) => RefundPlan { amount: *amount, lines: Vec::new(), units: Vec::new() },
            RefundWish::Items { items, shipping } => self.refund_items(items, *shipping, restock)?,
        };
        let left = self.left();
        if plan.amount > left { Err(self.too_large()) } else { Ok(plan) }
    }

    fn refund_items(&self, items: &[ItemQuantity], shipping: bool, restock: bool) -> Result<RefundPlan, Refusal> {
        // The units of a cancelled order go back with it.
        let is_open = self.status != OrderStatus::Cancelled;
        if restock && (!is_open || items.is_empty()) {
            return Err(Refusal::field("restock", Problem::NotAChoice));
        }
        if items.is_empty() && !shipping {
            return Err(Refusal::field("items", Problem::Required));
        }
        let (mut lines, mut units) = (Vec::new(), Vec::new());
        for (place, wanted) in items.iter().enumerate() {
            let line = self.line_meant(items, place, wanted.variant_id)?;
            let parts = line.amounts.refund_after(&line.given, wanted.quantity);
            let parts = parts.map_err(|refusal| match refusal.problem_of("quantity") {
                Some(problem) => refused_at(place, "quantity", problem.clone()),
                None => refusal,
            })?;
            let retaken = wanted.quantity.min(line.withdrawn_in_vain);
            let fresh = wanted.quantity.saturating_sub(retaken);
            let withdrawn = if is_open { fresh.min(line.unsent()) } else { 0 };
            let back = if restock { fresh } else { withdrawn };
            if back > 0 {
                units.push(UnitsBack { variant: line.variant, units: back, written_off: !restock });
            }
            lines.push(RefundLine { item: Some(line.id), quantity: wanted.quantity, parts, withdrawn, retaken });
        }
        if shipping {
            let none = || Refusal::field("shipping", Problem::NotAChoice);
            let (amounts, given) = self.shipping.as_ref().ok_or_else(none)?;
            let parts = amounts.refund_after(given, 1).map_err(|_| none())?;
            // Nothing was paid for it.
            if parts.amount.is_zero() {
                return Err(none());
            }
            lines.push(RefundLine { item: None, quantity: 1, parts, withdrawn: 0, retaken: 0 });
        }
        let amount = Money::sum(self.captured.currency(), lines.iter().map(|line| line.parts.amount))?;
        Ok(RefundPlan { amount, lines, units })
    }
}

/// Something is wrong with what was asked for at this place.
fn refused_at(place: usize, name: &str, problem: Problem) -> Refusal {
    Refusal::field(&format!("items[{place}].{name}"), problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;
    use crate::domain::fixtures::fulfilment_line;
    use uuid::Uuid;

    fn usd(text: &str) -> Money {
        Money::parse(text, Currency::USD).unwrap()
    }

    fn variant(n: u128) -> VariantId {
        VariantId(Uuid::from_u128(n))
    }

    /// Three of one thing for 10.00, one of another for 5.00, shipping for 4.00; all of it paid.
    fn paid() -> Fulfilment {
        let amounts = |quantity, price: &str| Amounts {
            quantity,
            price: usd(price),
            discount: usd("0"),
            tax: usd("0"),
            tax_included: true,
        };
        let given = GivenBack::nothing(Currency::USD);
        let line = |n, quantity, price: &str| fulfilment_line(variant(n), amounts(quantity, price));
        Fulfilment {
            status: OrderStatus::Paid,
            lines: vec![line(1, 3, "10.00"), line(2, 1, "5.00")],
            shipping: Some((amounts(1, "4.00"), given)),
            captured: usd("19.00"),
            refunded: usd("0"),
        }
    }

    fn items(items: &[(u128, u32)]) -> RefundWish {
        let items = items.iter().map(|(n, quantity)| ItemQuantity { variant_id: variant(*n), quantity: *quantity });
        RefundWish::Items { items: items.collect(), shipping: false }
    }

    #[test]
    fn an_amount_is_at_most_what_is_left() {
        let order = Fulfilment { refunded: usd("18.00"), ..paid() };
        let amount = |text: &str| order.refund(&RefundWish::Amount(usd(text)), false);
        assert_eq!(amount("1.00").unwrap().amount, usd("1.00"));
        assert_eq!(amount("1.01"), Err(order.too_large()));
        assert!(matches!(order.too_large(), Refusal::RefundTooLarge { left, .. } if left == usd("1.00").amount()));
        assert_eq!(amount("0").unwrap_err().problem_of("amount"), Some(&Problem::Zero));
        let restocked = order.refund(&RefundWish::Amount(usd("1.00")), true).unwrap_err();
        assert_eq!(restocked.problem_of("restock"), Some(&Problem::NotAChoice));
        assert_eq!(order.refund(&items(&[(2, 1)]), false), Err(order.too_large()));
    }

    #[test]
    fn what_was_not_ordered_or_was_given_back_is_named() {
        let mut order = paid();
        order.lines[0].given.units = 2;
        order.lines[1].given.units = 1;
        let one = |n, quantity| order.refund(&items(&[(n, quantity)]), false).unwrap_err();
        assert_eq!(one(3, 1).problem_of("items[0].variant_id"), Some(&Problem::NotAChoice));
        assert_eq!(one(1, 2).problem_of("items[0].quantity"), Some(&Problem::OutOfRange { min: 1, max: 1 }));
        assert_eq!(one(1, 0).problem_of("items[0].quantity"), Some(&Problem::OutOfRange { min: 1, max: 1 }));
        assert_eq!(one(2, 1).problem_of("items[0].quantity"), Some(&Problem::OutOfRange { min: 0, max: 0 }));
        let twice = order.refund(&items(&[(1, 1), (1, 1)]), false).unwrap_err();
        assert_eq!(twice.problem_of("items[1].variant_id"), Some(&Problem::Duplicate));
        assert_eq!(order.refund(&items(&[]), false).unwrap_err().problem_of("items"), Some(&Problem::Required));
        order.shipping = None;
        let shipping = RefundWish::Items { items: Vec::new(), shipping: true };
        assert_eq!(order.refund(&shipping, false).unwrap_err().problem_of("shipping"), Some(&Problem::NotAChoice));
    }

    /// shipped, withdrawn, in vain; wanted; restock; withdrawn now, units back.
    #[test]
    fn what_has_not_left_is_given_back_first_and_never_leaves() {
        for ((shipped, withdrawn, in_vain), wanted, restock, now, back) in [
            ((0, 0, 0), 2, true, 2, Some((2, false))),
            ((0, 0, 0), 2, false, 2, Some((2, true))),
            ((2, 0, 0), 2, true, 1, Some((2, false))),
            ((2, 0, 0), 2, false, 1, Some((1, true))),
            ((3, 0, 0), 1, true, 0, Some((1, false))),
            ((3, 0, 0), 1, false, 0, None),
            ((0, 1, 1), 1, true, 0, None),
            ((0, 1, 1), 2, true, 1, Some((1, false))),
        ] {
            let mut order = paid();
            let line = &mut order.lines[0];
            (line.shipped, line.withdrawn, line.withdrawn_in_vain) = (shipped, withdrawn, in_vain);
            let plan = order.refund(&items(&[(1, wanted)]), restock).unwrap();
            let units: Vec<_> = plan.units.iter().map(|b| (b.units, b.written_off)).collect();
            assert_eq!(
                (plan.lines[0].withdrawn, units.first().copied()),
                (now, back),
                "{shipped} {withdrawn} {wanted}"
            );
        }
    }

    #[test]
    fn the_units_of_a_cancelled_order_are_none_of_a_refunds_business() {
        let order = Fulfilment { status: OrderStatus::Cancelled, ..paid() };
        let plan = order.refund(&items(&[(1, 3)]), false).unwrap();
        assert_eq!((plan.amount, plan.units.len(), plan.lines[0].withdrawn), (usd("10.00"), 0, 0));
        assert!(order.refund(&items(&[(1, 3)]), true).is_err());
    }
}
