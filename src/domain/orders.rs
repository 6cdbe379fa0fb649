//! An order's life: `pending → paid → shipped → completed`, and `pending | paid → cancelled`. Nothing else.
//!
//! A refund is an object beside the order, not a state of it.

use serde::{Deserialize, Serialize};

use super::Refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    Pending,
    Paid,
    Shipped,
    Completed,
    Cancelled,
}

impl OrderStatus {
    pub const ALL: [Self; 5] = [Self::Pending, Self::Paid, Self::Shipped, Self::Completed, Self::Cancelled];

    /// As the database, the API and the events spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Paid => "paid",
            Self::Shipped => "shipped",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// What can happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Pay,
    Ship,
    Complete,
    Cancel,
}

impl Step {
    pub const ALL: [Self; 4] = [Self::Pay, Self::Ship, Self::Complete, Self::Cancel];
}

/// The status an order has after a step.
///
/// # Errors
/// `IllegalStep` for every step that is not in the life above, a repeated one included.
pub fn next(status: OrderStatus, step: Step) -> Result<OrderStatus, Refusal> {
    use OrderStatus::{Cancelled, Completed, Paid, Pending, Shipped};
    match (status, step) {
        (Pending, Step::Pay) => Ok(Paid),
        (Paid, Step::Ship) => Ok(Shipped),
        (Shipped, Step::Complete) => Ok(Completed),
        (Pending | Paid, Step::Cancel) => Ok(Cancelled),
        (Pending, Step::Ship | Step::Complete)
        | (Paid, Step::Pay | Step::Complete)
        | (Shipped, Step::Pay | Step::Ship | Step::Cancel)
        | (Completed | Cancelled, Step::Pay | Step::Ship | Step::Complete | Step::Cancel) => {
            Err(Refusal::IllegalStep { from: status, step })
        }
    }
}

/// A part of what a shopper reviews before they order; each is compared by itself, so that a page can say which changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewedPart {
    /// Which goods, and how many.
    Goods,
    /// What each costs, and all of it.
    Prices,
    /// Where it goes.
    Address,
    /// Who is written to.
    Email,
    /// Whether all of it can be had.
    Availability,
}

impl ReviewedPart {
    /// Those that a digest covers, in its order. Availability is asked for again instead.
    pub const COVERED: [Self; 4] = [Self::Goods, Self::Prices, Self::Address, Self::Email];
}

/// Why an order was cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    ByCustomer,
    ByStaff,
    OutOfStock,
    /// Not paid in time.
    Expired,
}

impl CancelReason {
    pub const ALL: [Self; 4] = [Self::ByCustomer, Self::ByStaff, Self::OutOfStock, Self::Expired];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ByCustomer => "by_customer",
            Self::ByStaff => "by_staff",
            Self::OutOfStock => "out_of_stock",
            Self::Expired => "expired",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == text)
    }
}

/// One attempt to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Written down before the provider is asked, so that a second click or a crash finds it.
    Started,
    Approved,
    Declined,
}

impl PaymentState {
    pub const ALL: [Self; 3] = [Self::Started, Self::Approved, Self::Declined];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Approved => "approved",
            Self::Declined => "declined",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OrderStatus::{Cancelled, Completed, Paid, Pending, Shipped};

    /// The whole life in one table: a row per status, a column per step.
    #[test]
    fn every_status_and_step_is_decided() {
        let table = [
            //           pay         ship           complete         cancel
            (Pending, [Some(Paid), None, None, Some(Cancelled)]),
            (Paid, [None, Some(Shipped), None, Some(Cancelled)]),
            (Shipped, [None, None, Some(Completed), None]),
            (Completed, [None, None, None, None]),
            (Cancelled, [None, None, None, None]),
        ];
        assert_eq!(table.len(), OrderStatus::ALL.len());
        for (from, row) in table {
            for (step, expected) in Step::ALL.into_iter().zip(row) {
                let refused = Err(Refusal::IllegalStep { from, step });
                assert_eq!(next(from, step), expected.map_or(refused, Ok), "{from:?} {step:?}");
            }
        }
    }

    #[test]
    fn every_reason_and_payment_state_is_spelt_one_way() {
        let reasons = ["by_customer", "by_staff", "out_of_stock", "expired"];
        for (reason, word) in CancelReason::ALL.into_iter().zip(reasons) {
            assert_eq!((reason.as_str(), CancelReason::parse(word)), (word, Some(reason)));
            assert_eq!(serde_json::to_value(reason).unwrap(), word);
        }
        for (state, word) in PaymentState::ALL.into_iter().zip(["started", "approved", "declined"]) {
            assert_eq!((state.as_str(), PaymentState::parse(word)), (word, Some(state)));
            assert_eq!(serde_json::to_value(state).unwrap(), word);
        }
        assert_eq!((CancelReason::parse("bored"), PaymentState::parse("lost")), (None, None));
    }

    #[test]
    fn every_status_is_spelt_one_way() {
        for status in OrderStatus::ALL {
            assert_eq!(OrderStatus::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        assert_eq!(OrderStatus::parse("refunded"), None);
    }
}
