//! What comes back: `requested → approved → received`, or `requested → refused`, or, where what was approved does not arrive,
//! `requested → approved → refused`, which is closed, and `→ received` where it arrives after all. Nothing else.

use serde::{Deserialize, Serialize};

use super::{Fulfilment, ItemQuantity, Money, OrderItemId, RefundLine, RefundPlan, Refusal, UnitsBack};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnState {
    Requested,
    Approved,
    Refused,
    /// It came back.
    Received,
}

impl ReturnState {
    pub const ALL: [Self; 4] = [Self::Requested, Self::Approved, Self::Refused, Self::Received];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Received => "received",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// What staff do with a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnStep {
    Approve,
    Refuse,
    Receive,
    /// What was approved has not arrived and is not waited for any more.
    Close,
}

impl ReturnStep {
    pub const ALL: [Self; 4] = [Self::Approve, Self::Refuse, Self::Receive, Self::Close];
}

/// The state of a return after a step. `is_closed`: it was approved before it was refused.
///
/// # Errors
/// `IllegalReturnStep` for every step that is not in the life above, a repeated one included.
pub const fn next_return(from: ReturnState, is_closed: bool, step: ReturnStep) -> Result<ReturnState, Refusal> {
    match (from, step) {
        (ReturnState::Requested, ReturnStep::Approve) => Ok(ReturnState::Approved),
        (ReturnState::Requested, ReturnStep::Refuse) | (ReturnState::Approved, ReturnStep::Close) => {
            Ok(ReturnState::Refused)
        }
        (ReturnState::Approved, ReturnStep::Receive) => Ok(ReturnState::Received),
        (ReturnState::Refused, ReturnStep::Receive) if is_closed => Ok(ReturnState::Received),
        (ReturnState::Requested, ReturnStep::Receive | ReturnStep::Close)
        | (ReturnState::Approved, ReturnStep::Approve | ReturnStep::Refuse)
        | (
            ReturnState::Refused | ReturnState::Received,
            ReturnStep::Approve | ReturnStep::Refuse | ReturnStep::Receive | ReturnStep::Close,
        ) => Err(Refusal::IllegalReturnStep),
    }
}

impl Fulfilment {
    /// The lines of a return that a customer asks for.
    ///
    /// # Errors
    /// `Invalid` with `items`, `items[n].variant_id` or `items[n].quantity` for what was never sent, is on its way back
    /// already, or is named twice.
    pub fn ask_back(&self, items: &[ItemQuantity]) -> Result<Vec<(OrderItemId, u32)>, Refusal> {
        self.choose_units(items, |line| line.shipped.saturating_sub(line.returning))
    }

    /// Whether these units of a return that is not waited for any more may still come back: no other return has them.
    pub fn may_come_back(&self, lines: &[(OrderItemId, u32)]) -> bool {
        let has_room = |id: OrderItemId, units: u32| {
            self.lines.iter().any(|line| line.id == id && line.shipped.saturating_sub(line.returning) >= units)
        };
        lines.iter().all(|(id, units)| has_room(*id, *units))
    }

    /// What is given back for units that came back, as far as it was not given back before, and what goes on the shelf.
    ///
    /// # Errors
    /// `RefundTooLarge` above what is left of what came in.
    pub fn receive(&self, lines: &[(OrderItemId, u32)], restock: bool, refund: bool) -> Result<RefundPlan, Refusal> {
        let (mut refunded, mut units) = (Vec::new(), Vec::new());
        for (id, came_back) in lines {
            let Some(line) = self.lines.iter().find(|line| line.id == *id) else { continue };
            if restock {
                units.push(UnitsBack { variant: line.variant, units: *came_back, written_off: false });
            }
            let quantity = line.amounts.quantity.saturating_sub(line.given.units).min(*came_back);
            if refund && quantity > 0 {
                let parts = line.amounts.refund_after(&line.given, quantity)?;
                refunded.push(RefundLine { item: Some(*id), quantity, parts, withdrawn: 0, retaken: 0 });
            }
        }
        let amount = Money::sum(self.captured.currency(), refunded.iter().map(|line| line.parts.amount))?;
        if amount > self.left() {
            return Err(self.too_large());
        }
        Ok(RefundPlan { amount, lines: refunded, units })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Problem;
    use crate::domain::fixtures::{sent, usd};
    use ReturnState::{Approved, Received, Refused, Requested};

    #[test]
    fn every_state_is_spelt_one_way() {
        for (state, word) in ReturnState::ALL.into_iter().zip(["requested", "approved", "refused", "received"]) {
            assert_eq!((state.as_str(), ReturnState::parse(word)), (word, Some(state)));
            assert_eq!(serde_json::to_value(state).unwrap(), word);
        }
        assert_eq!(ReturnState::parse("lost"), None);
    }

    /// Three of each line were ordered.
    #[test]
    fn what_was_sent_comes_back_once_and_is_paid_back_once() {
        let mut order = sent(&[(1, 3), (2, 1)]);
        order.lines[0].returning = 1;
        let [one, other] = [order.lines[0].id, order.lines[1].id];
        let ask = |quantity| order.ask_back(&[ItemQuantity { variant_id: order.lines[0].variant, quantity }]);
        assert_eq!(ask(2), Ok(vec![(one, 2)]));
        let most = Problem::OutOfRange { min: 1, max: 2 };
        assert_eq!(ask(3), Err(Refusal::field("items[0].quantity", most)));
        let lost = OrderItemId(uuid::Uuid::nil());
        for (lines, may) in [
            (vec![(one, 2), (other, 1)], true),
            (vec![(one, 3)], false),
            (vec![(one, 2), (other, 2)], false),
            (vec![(lost, 1)], false),
        ] {
            assert_eq!(order.may_come_back(&lines), may, "{lines:?}");
        }
        // One unit of the first line, and the second line, were given back before they came.
        let line = &mut order.lines[0];
        (line.given.units, line.given.price) = (1, usd("3"));
        let line = &mut order.lines[1];
        (line.given.units, line.given.price) = (3, usd("9"));
        order.refunded = usd("12");
        for (restock, refund, back, amount) in
            [(true, true, vec![3, 1], "6"), (false, true, vec![], "6"), (true, false, vec![3, 1], "0")]
        {
            let plan = order.receive(&[(one, 3), (lost, 1), (other, 1)], restock, refund).unwrap();
            assert_eq!(plan.units.iter().map(|back| back.units).collect::<Vec<_>>(), back);
            let lines: Vec<_> = plan.lines.iter().map(|line| (line.item, line.quantity)).collect();
            assert_eq!((lines, plan.amount), (vec![(Some(one), 2); usize::from(refund)], usd(amount)));
        }
        order.refunded = usd("12.01");
        assert_eq!(order.receive(&[(one, 3)], true, true), Err(order.too_large()));
        assert!(order.receive(&[(one, 1)], true, true).is_ok());
    }

    /// A row per state, a column per step.
    #[test]
    fn every_state_and_step_is_decided() {
        let table = [
            //                  approve         refuse         receive         close
            (Requested, false, [Some(Approved), Some(Refused), None, None]),
            (Approved, false, [None, None, Some(Received), Some(Refused)]),
            (Refused, false, [None, None, None, None]),
            (Refused, true, [None, None, Some(Received), None]),
            (Received, false, [None, None, None, None]),
        ];
        for (from, is_closed, row) in table {
            for (step, expected) in ReturnStep::ALL.into_iter().zip(row) {
                let next = next_return(from, is_closed, step);
                assert_eq!(next, expected.ok_or(Refusal::IllegalReturnStep), "{from:?} {is_closed} {step:?}");
            }
        }
    }
}
