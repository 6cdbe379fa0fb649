//! The facts of one paper.

use serde::{Deserialize, Serialize};
use time::Date;

use super::Seller;
use crate::domain::{Money, Percent, ShippingAddress};

time::serde::format_description!(iso_date, Date, "[year]-[month]-[day]");

/// What kind of paper it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PaperKind {
    Invoice,
    /// What is given back, of this invoice.
    CreditNote {
        invoice: String,
        #[serde(with = "iso_date")]
        invoice_issued: Date,
        /// Why, in words.
        reason: Option<String>,
    },
    /// What this credit note said was given back, and was not.
    Cancellation {
        credit_note: String,
        #[serde(with = "iso_date")]
        credit_note_issued: Date,
        /// Why, in words.
        reason: String,
    },
}

impl PaperKind {
    /// As the database spells it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::CreditNote { .. } => "credit_note",
            Self::Cancellation { .. } => "cancellation",
        }
    }
}

/// All that stands on one paper. It is fixed together with the number, and its file is made of nothing
/// else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    #[serde(flatten)]
    pub kind: PaperKind,
    pub number: String,
    #[serde(with = "iso_date")]
    pub issued: Date,
    /// When the payment was received: on what corrects an invoice, that of the invoice.
    #[serde(with = "iso_date")]
    pub supplied: Date,
    /// The order's number.
    pub order: String,
    pub seller: Seller,
    /// What the shop called itself.
    pub shop: String,
    pub buyer: Buyer,
    /// Where the goods went, if not to the buyer's address.
    pub deliver_to: Option<ShippingAddress>,
    pub tax_included: bool,
    pub lines: Vec<PaperLine>,
    pub shipping: Option<PaperShipping>,
    pub taxes: Vec<PaperTax>,
    pub totals: PaperTotals,
    /// How it was paid or given back, or that it was not, in words.
    pub payment: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buyer {
    pub name: String,
    /// None: nobody was asked for it, what was sold was collected.
    pub address: Option<ShippingAddress>,
    /// ISO 3166-1 alpha-2: the address's, else the seller's.
    pub country: String,
    pub vat_id: Option<String>,
    pub email: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperLine {
    pub name: String,
    pub options: Vec<String>,
    pub sku: Option<String>,
    pub quantity: u32,
    pub unit_price: Money,
    pub part: PaperPart,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperShipping {
    pub name: String,
    pub part: PaperPart,
}

/// A line or the shipping: what it costs, and the tax on what its discounts leave of that. With prices that include tax
/// `price − discounts = net + tax`, else `price − discounts = net`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperPart {
    pub price: Money,
    pub discounts: Vec<PaperDiscount>,
    /// Which of the paper's taxes.
    pub tax_index: usize,
    pub net: Money,
    pub tax: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperDiscount {
    /// With its code, where it has one.
    pub label: String,
    pub amount: Money,
}

/// One rate, and the sum of all parts it is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperTax {
    pub name: String,
    pub rate: Percent,
    pub category: TaxCategory,
    pub net: Money,
    pub tax: Money,
}

/// Why that much tax is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxCategory {
    /// A rate above zero.
    Standard,
    ZeroRated,
    /// To a business in another country of the EU, which accounts for the tax.
    IntraCommunity,
    /// Out of the EU, from within it.
    Export,
    /// There is no such tax here.
    OutsideScope,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperTotals {
    /// The lines before discounts.
    pub subtotal: Money,
    pub discounts: Vec<PaperDiscount>,
    pub net: Money,
    pub tax: Money,
    pub total: Money,
    /// What of it was paid, or given back.
    pub paid: Money,
}
