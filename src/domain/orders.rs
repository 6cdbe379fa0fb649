//! What can be said of an order, its cancelling and its payment, in the words of database, API and events. `transitions`
//! says which status follows which.
//!
//! A refund is an object beside the order, not a state of it.

use serde::{Deserialize, Serialize};

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

/// A part of what a shopper reviews before they order; each is compared by itself, so that a page can say which changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewedPart {
    /// Which items, and how many of each.
    Items,
    /// What each costs.
    Prices,
    /// Where it goes.
    Address,
    /// Who is written to.
    Email,
    /// How it is sent, and for how much.
    Shipping,
    /// The code, and what is taken off.
    Discounts,
    /// The tax, and its rates.
    Tax,
    /// All of it together. Named only where nothing else says why it changed.
    Total,
    /// The shop's terms, which are agreed to with the order.
    Terms,
    /// Whether all of it can be had.
    Availability,
}

impl ReviewedPart {
    /// Those that a digest covers, in its order. What is new comes last: the release before does not know it. Availability is
    /// asked for again instead.
    pub const COVERED: [Self; 9] = [
        Self::Items,
        Self::Prices,
        Self::Address,
        Self::Email,
        Self::Shipping,
        Self::Discounts,
        Self::Tax,
        Self::Total,
        Self::Terms,
    ];
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
