//! What of an order goes into a parcel.

use super::{Fulfilment, FulfilmentLine, ItemQuantity, OrderItemId, OrderStatus, Refusal, Step, next};

/// A parcel that is decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShipmentPlan {
    pub lines: Vec<(OrderItemId, u32)>,
    pub items: Vec<ItemQuantity>,
    /// Nothing of the order is left to be sent: it is shipped.
    pub is_last: bool,
}

impl Fulfilment {
    /// Whether a parcel has left.
    pub fn has_left(&self) -> bool {
        self.lines.iter().any(|line| line.shipped > 0)
    }

    /// How many units are still to be sent.
    pub fn unsent(&self) -> u32 {
        self.lines.iter().map(|line| line.unsent()).fold(0, u32::saturating_add)
    }

    /// Decides a parcel with these units, or with all that is still to be sent.
    ///
    /// # Errors
    /// `IllegalStep` unless the order is paid and was not shipped, `NothingToShip` where nothing is left to be sent,
    /// `Invalid` with `items`, `items[n].variant_id` or `items[n].quantity` for what was not ordered, has left, was given
    /// back or is named twice.
    pub fn ship(&self, wanted: Option<&[ItemQuantity]>) -> Result<ShipmentPlan, Refusal> {
        next(self.status, Step::Ship)?;
        let all: Vec<_> = self
            .lines
            .iter()
            .filter(|line| line.unsent() > 0)
            .map(|line| ItemQuantity { variant_id: line.variant, quantity: line.unsent() })
            .collect();
        if all.is_empty() {
            return Err(Refusal::NothingToShip);
        }
        let items = wanted.map_or(all, <[_]>::to_vec);
        let lines = self.choose_units(&items, FulfilmentLine::unsent)?;
        let sent = items.iter().map(|item| item.quantity).fold(0, u32::saturating_add);
        Ok(ShipmentPlan { lines, is_last: sent == self.unsent(), items })
    }

    /// Whether an order of which so many more units are withdrawn is shipped by that: the rest had left.
    pub fn is_shipped_without(&self, withdrawn: u32) -> bool {
        self.status == OrderStatus::Paid && self.has_left() && self.unsent() == withdrawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Amounts, Currency, GivenBack, Money, Problem, VariantId};
    use uuid::Uuid;

    fn variant(n: u128) -> VariantId {
        VariantId(Uuid::from_u128(n))
    }

    /// Lines: ordered, shipped, withdrawn.
    fn order(status: OrderStatus, lines: &[(u32, u32, u32)]) -> Fulfilment {
        let nothing = Money::zero(Currency::USD);
        let line = |(n, (quantity, shipped, withdrawn)): (u128, &(u32, u32, u32))| FulfilmentLine {
            id: OrderItemId(Uuid::from_u128(n)),
            variant: variant(n),
            amounts: Amounts {
                quantity: *quantity,
                price: nothing,
                discount: nothing,
                tax: nothing,
                tax_included: true,
            },
            given: GivenBack::nothing(Currency::USD),
            shipped: *shipped,
            withdrawn: *withdrawn,
            withdrawn_in_vain: 0,
            returning: 0,
        };
        let lines = (1..).zip(lines).map(line).collect();
        Fulfilment { status, lines, shipping: None, captured: nothing, refunded: nothing }
    }

    fn units(items: &[(u128, u32)]) -> Vec<ItemQuantity> {
        items.iter().map(|(n, quantity)| ItemQuantity { variant_id: variant(*n), quantity: *quantity }).collect()
    }

    #[test]
    fn the_last_parcel_is_the_one_after_which_nothing_is_left() {
        let order = order(OrderStatus::Paid, &[(3, 1, 1), (2, 0, 0)]);
        let last = |items: &[(u128, u32)]| order.ship(Some(&units(items))).unwrap().is_last;
        assert!(!last(&[(1, 1)]) && !last(&[(2, 2)]) && last(&[(1, 1), (2, 2)]));
        let rest = order.ship(None).unwrap();
        assert_eq!((rest.items, rest.is_last), (units(&[(1, 1), (2, 2)]), true));
    }

    #[test]
    fn what_has_left_or_was_given_back_does_not_leave_again() {
        let order = order(OrderStatus::Paid, &[(3, 1, 1), (2, 2, 0)]);
        let why = |items: &[(u128, u32)]| order.ship(Some(&units(items))).unwrap_err();
        assert_eq!(why(&[(1, 2)]).problem_of("items[0].quantity"), Some(&Problem::OutOfRange { min: 1, max: 1 }));
        assert_eq!(
            why(&[(1, 1), (2, 1)]).problem_of("items[1].quantity"),
            Some(&Problem::OutOfRange { min: 0, max: 0 })
        );
        assert_eq!(why(&[(1, 0)]).problem_of("items[0].quantity"), Some(&Problem::OutOfRange { min: 1, max: 1 }));
        assert_eq!(why(&[(7, 1)]).problem_of("items[0].variant_id"), Some(&Problem::NotAChoice));
        assert_eq!(why(&[(1, 1), (1, 1)]).problem_of("items[1].variant_id"), Some(&Problem::Duplicate));
        assert_eq!(why(&[]).problem_of("items"), Some(&Problem::Required));
    }

    #[test]
    fn only_what_is_paid_and_not_shipped_leaves() {
        for status in OrderStatus::ALL.into_iter().filter(|status| *status != OrderStatus::Paid) {
            let refused = order(status, &[(1, 0, 0)]).ship(None);
            assert_eq!(refused, Err(Refusal::IllegalStep { from: status, step: Step::Ship }));
        }
        assert_eq!(order(OrderStatus::Paid, &[(1, 0, 1)]).ship(None), Err(Refusal::NothingToShip));
    }

    #[test]
    fn an_order_whose_rest_is_given_back_is_shipped_if_something_has_left() {
        assert!(order(OrderStatus::Paid, &[(2, 1, 0)]).is_shipped_without(1));
        assert!(!order(OrderStatus::Paid, &[(3, 1, 0)]).is_shipped_without(1));
        assert!(!order(OrderStatus::Paid, &[(1, 0, 0)]).is_shipped_without(1));
        assert!(!order(OrderStatus::Shipped, &[(1, 1, 0)]).is_shipped_without(0));
    }
}
