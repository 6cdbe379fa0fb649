//! All words of ours on a paper, in one place.

use crate::figures::{date, percent};
use crate::paper::{Kind, Paper, Tax, TaxCategory};
use crate::slip::Slip;

pub const LANGUAGE: &str = "en";
pub const DATE: &str = "Date";
pub const ORDER: &str = "Order";
pub const DELIVERED: &str = "Delivered";
pub const YOUR_VAT_ID: &str = "Your VAT ID";
pub const DELIVERED_TO: &str = "Delivered to";
pub const DESCRIPTION: &str = "Description";
pub const QUANTITY: &str = "Quantity";
pub const UNIT_PRICE: &str = "Unit price";
pub const TAX: &str = "Tax";
pub const CARRIED_FORWARD: &str = "Carried forward";
pub const SUBTOTAL: &str = "Subtotal";
pub const RATE: &str = "Rate";
pub const NET: &str = "Net";
pub const PACKING_SLIPS: &str = "Packing slips";
pub const INVOICES: &str = "Invoices";
pub const DELIVER_TO: &str = "Deliver to";
pub const COLLECTED: &str = "It is collected at the shop.";
pub const PLACED: &str = "Ordered on";
pub const SENT_BY: &str = "How it goes";
pub const ITEM: &str = "Item";
pub const SKU: &str = "SKU";
pub const NOTES: &str = "Notes";
pub const NOT_FOR_THE_PARCEL: &str = "With these notes, this sheet stays here. It is not for the parcel.";
pub const STILL_TO_PAY: &str = "Still to pay";
/// Before the name of a tax that is part of the total.
pub const INCLUDED: &str = "Includes";

/// `Packing slip, order 1001`.
pub fn slip_title(slip: &Slip) -> String {
    format!("Packing slip, order {}", slip.order)
}

pub fn title(paper: &Paper) -> &'static str {
    match paper.kind {
        Kind::Invoice => "Invoice",
        Kind::CreditNote(_) => "Credit note",
        Kind::Cancellation(_) => "Cancellation of a credit note",
    }
}

pub fn billed_to(paper: &Paper) -> &'static str {
    if paper.is_credit_note() { "Credited to" } else { "Billed to" }
}

pub fn number(paper: &Paper) -> &'static str {
    match paper.kind {
        Kind::Invoice => "Invoice number",
        Kind::CreditNote(_) => "Credit note number",
        Kind::Cancellation(_) => "Number",
    }
}

/// Before the number of what it corrects.
pub fn corrects(paper: &Paper) -> &'static str {
    match paper.kind {
        Kind::Invoice | Kind::CreditNote(_) => "For invoice",
        Kind::Cancellation(_) => "Cancels",
    }
}

pub fn amount_in(currency: &str) -> String {
    format!("Amount in {currency}")
}

pub fn total(paper: &Paper) -> &'static str {
    if paper.is_credit_note() { "Total credited" } else { "Total" }
}

pub fn paid(paper: &Paper) -> &'static str {
    if paper.is_credit_note() { "Refunded" } else { "Paid" }
}

pub fn due(paper: &Paper) -> &'static str {
    if paper.is_credit_note() { "Still to refund" } else { STILL_TO_PAY }
}

pub fn prices(paper: &Paper) -> Option<&'static str> {
    let taxed = !paper.totals.tax.is_zero();
    match (taxed, paper.prices_include_tax) {
        (false, _) => None,
        (true, true) => Some("Prices include tax."),
        (true, false) => Some("Prices do not include tax."),
    }
}

/// `VAT 19 %`.
pub fn tax(tax: &Tax) -> String {
    format!("{} {}", tax.name, percent(tax.rate))
}

/// Why no tax is charged: said on the paper, and as the exemption reason in the XML.
pub fn reason(category: TaxCategory) -> Option<&'static str> {
    match category {
        TaxCategory::Standard | TaxCategory::ZeroRated => None,
        TaxCategory::Exempt => Some("Exempt from tax."),
        TaxCategory::ReverseCharge => Some("Reverse charge: the tax is due from the buyer."),
        TaxCategory::IntraCommunity => {
            Some("Intra-Community supply: the tax is due from the buyer in the country of delivery.")
        }
        TaxCategory::Export => Some("Export outside the EU: exempt from tax."),
        TaxCategory::OutsideScope => Some("Not subject to tax."),
    }
}

/// `2026-000123 of 28 November 2026`, of what it corrects.
pub fn original(paper: &Paper) -> Option<String> {
    paper.original().map(|original| format!("{} of {}", original.number, date(original.issued)))
}

/// Why it is corrected, and what else must be said: a paragraph each.
pub fn notes(paper: &Paper) -> impl Iterator<Item = String> {
    let reason = paper.original().and_then(|original| original.reason.as_ref());
    reason.map(|reason| format!("Reason: {reason}")).into_iter().chain(paper.notes.iter().cloned())
}

pub fn page(page: usize, pages: usize) -> String {
    format!("Page {page} of {pages}")
}

/// `Invoice 2026-000123`, for windows and searches.
pub fn document_title(paper: &Paper) -> String {
    format!("{} {}", title(paper), paper.number)
}
