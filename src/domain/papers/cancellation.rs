//! From a credit note to the paper that takes it back: what it says was given back was not, and is owed as before.
//!
//! An issued paper is never changed, so another one corrects it: an invoice of the same parts, of which nothing is to be paid.

use time::Date;

use super::paper::{Paper, PaperKind, PaperTotals};
use crate::domain::Refusal;

/// What stands above a cancellation. Who sold and who bought stands as on its credit note.
#[derive(Debug, Clone)]
pub struct CancellationHeading {
    pub number: String,
    pub issued: Date,
    /// What became of the money, in words.
    pub payment: String,
    /// Why, in words.
    pub reason: String,
}

impl Paper {
    /// The cancellation of a credit note: the same lines, taxes and totals.
    ///
    /// # Errors
    /// `BadAmount` for a paper that is no credit note.
    pub fn cancellation(&self, heading: CancellationHeading) -> Result<Self, Refusal> {
        let PaperKind::CreditNote { .. } = self.kind else { return Err(Refusal::BadAmount) };
        let CancellationHeading { number, issued, payment, reason } = heading;
        let kind =
            PaperKind::Cancellation { credit_note: self.number.clone(), credit_note_issued: self.issued, reason };
        let totals = PaperTotals { paid: self.totals.total, ..self.totals.clone() };
        Ok(Self { kind, number, issued, payment, totals, ..self.clone() })
    }
}
