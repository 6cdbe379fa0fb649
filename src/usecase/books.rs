//! The books: what adds up at any moment, whoever bought, cancelled, sent back or was killed meanwhile.
//!
//! What each rule means stands here; the store reads them, a part of the rows at a time, and changes nothing. The audit log's
//! chain has a verb of its own (`verify_audit_log`).

use std::future::Future;

use time::{Duration, OffsetDateTime};

use super::{Result, Shop, Store};

/// What holds of each order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderRule {
    /// Of each variant what it took out of stock, less what came back, is what it holds.
    Movements,
    /// While it holds units, they are of each variant those that were ordered, less what came back.
    Units,
    /// Cancelled, it holds nothing; paid, its units are claimed.
    Standing,
    /// It knows the reservation that the inventory has.
    Reservation,
    /// Its total is the sum of its parts, and these are the sums of its lines, discounts and taxes.
    Totals,
    /// Paid, it is so by one payment of its total; to be paid, by none.
    Payment,
    /// Money that pays nothing is given back whole, or the staff are told of what is not.
    Owed,
    /// Of no payment more is given back than came in, and its sum is that of its refunds.
    Refunds,
    /// The lines of a refund add up to it.
    RefundLines,
    /// Of no line more was sent, given back or withdrawn than was ordered, and it is shipped when nothing is left to send.
    Parcels,
    /// Of no line more comes back than was sent.
    Returns,
    /// A credit note is of its refund's amount, and that is carried out.
    CreditNotes,
}

impl OrderRule {
    pub const ALL: [Self; 12] = [
        Self::Movements,
        Self::Units,
        Self::Standing,
        Self::Reservation,
        Self::Totals,
        Self::Payment,
        Self::Owed,
        Self::Refunds,
        Self::RefundLines,
        Self::Parcels,
        Self::Returns,
        Self::CreditNotes,
    ];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookRule {
    /// A variant's stock is the sum of its movements.
    Stock,
    Order(OrderRule),
    /// Papers are numbered without a gap in each series and year, up to the last number that was given.
    PaperNumbers,
}

/// How it stands with one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookLine {
    pub rule: BookRule,
    /// So many variants, orders, or series of a year were looked at.
    pub rows: u64,
    pub wrong: u64,
    /// The first of those, by their ids; of papers the number that is missing.
    pub first: Vec<String>,
}

impl BookLine {
    pub const fn of(rule: BookRule) -> Self {
        Self { rule, rows: 0, wrong: 0, first: Vec::new() }
    }

    pub const fn balances(&self) -> bool {
        self.wrong == 0
    }
}

pub trait BookViews {
    /// A line for each rule, of orders that have not changed since `until` (none: of all). Rows are read so many at a time,
    /// each part as it was at one moment; nothing is locked, and nothing written.
    fn read_books(
        &self,
        until: Option<OffsetDateTime>,
        part: u32,
    ) -> impl Future<Output = Result<Vec<BookLine>>> + Send;
}

/// A fraction of a second for each rule.
const PART: u32 = 5_000;

impl<S: Store> Shop<S> {
    /// Whether the books balance, a line for each rule. Orders that changed within `at_rest` are left out, since their events
    /// may be on their way; none: nothing is on its way, and all are looked at.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn check_books(&self, at_rest: Option<Duration>) -> Result<Vec<BookLine>> {
        let until = at_rest.map(|rest| self.now().saturating_sub(rest));
        self.store().read_books(until, PART).await
    }
}
