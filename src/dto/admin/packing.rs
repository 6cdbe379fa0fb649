//! Orders that are chosen in their list: packed together, and printed together.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::NotPacked;

/// So many orders are printed, or marked, at once.
pub const MOST_CHOSEN: usize = 100;

/// An order lies packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedView {
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Who packed it.
    pub by: String,
}

/// What became of orders that were marked as packed, or as not packed after all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackedOrders {
    /// How many are so now, those among them that were before.
    pub done: u32,
    /// The numbers of the others.
    pub not: Vec<(i64, NotPacked)>,
}

/// Why an order is not printed with the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LeftOut {
    NotPacked(NotPacked),
    NoInvoice,
    /// What is kept of its invoice makes no paper.
    Unreadable,
}
