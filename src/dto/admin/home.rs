//! The back office's first page: what is to be done, and what was sold.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::domain::Money;

/// How much of each there is to be done; counted up to a thousand and one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HomeTasks {
    /// Paid orders that were not sent yet, or not all of them.
    pub to_pack: u32,
    /// Orders that wait for their payment.
    pub unpaid: u32,
    /// Returns that were asked for.
    pub returns_asked: u32,
    /// Money that could not be given back, while something is left and nobody has said that nothing more is owed.
    pub refunds_failed: u32,
    /// Money that a provider has not given back for more than a day.
    pub refunds_waiting: u32,
    /// Money to be given back that no provider gives.
    pub refunds_by_hand: u32,
    /// Payments that a buyer disputes with their bank, which has not decided.
    pub disputes: u32,
    /// What went back at a provider and fits into no payment, that nobody has looked into.
    pub refunds_aside: u32,
    /// Variants for sale of which little is left.
    pub low_stock: u32,
    /// Mail that was given up, or of which nobody knows whether it arrived.
    pub mail_failed: u32,
    pub dead_letters: u32,
    /// Events that are held back.
    pub events_held: u32,
    /// Endpoints of webhooks that were disabled.
    pub webhooks_disabled: u32,
}

/// A day by the shop's clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    pub date: Date,
    pub orders: u32,
    pub sales: Money,
}

/// What was sold in so many days, day by day, and in as many before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SalesView {
    /// The oldest first, today last.
    pub days: Vec<Day>,
    pub before: Vec<Day>,
    pub sales: Money,
    pub sales_before: Money,
    pub orders: u32,
    pub orders_before: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffHome {
    pub tasks: HomeTasks,
    /// None: not theirs to see.
    pub sales: Option<SalesView>,
}
