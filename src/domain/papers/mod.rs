//! Invoices, credit notes and what cancels these: all that stands on one, as it was when it was made.
//!
//! The figures are those of the order, regrouped: nothing is computed anew but sums. How a paper looks is not known here.

mod cancellation;
mod credit_note;
mod invoice;
mod paper;
#[cfg(test)]
mod properties;
mod seller;
#[cfg(test)]
mod tests;

pub use cancellation::CancellationHeading;
pub use credit_note::{Credit, CreditHeading, CreditedPart};
pub use invoice::{Heading, SoldDiscount, SoldLine, SoldOrder, SoldShipping};
pub use paper::{
    Buyer, Paper, PaperDiscount, PaperKind, PaperLine, PaperPart, PaperShipping, PaperTax, PaperTotals, TaxCategory,
};
pub use seller::{Seller, TypedSeller};
