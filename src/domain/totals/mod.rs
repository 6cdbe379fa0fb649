//! What an order costs: a ledger of parts, each computed once and copied onto the order.
//!
//! `total = Σ lines − Σ discounts + shipping + tax not included`; the database holds orders to the same equation. Tax is
//! computed per line, from what its discounts leave, half away from zero, and then summed. Nothing is ever below zero.
//!
//! **Reverse charge with prices that include tax.** The shopper pays the net price. Prices and shipping stand in the
//! ledger as they are advertised, and the tax in them is taken off as one more discount, which belongs to no promotion: so
//! the equation holds, and refunds give back what was paid. The order's tax is then nothing, on no rate.

mod input;
mod ledger;
#[cfg(test)]
pub(in crate::domain) mod properties;
mod refunds;
#[cfg(test)]
mod tests;

pub use input::{ShippingCharge, TotalsInput};
pub use ledger::{LineTotals, ShippingTotals, TaxLine, TaxTotals, Totals};
pub use refunds::{Amounts, GivenBack, RefundParts};
