//! The facts of one paper, as they are given. Amounts have at most as many decimals as the currency, and none is below
//! zero, on credit notes neither.

use rust_decimal::Decimal;
use time::Date;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Invoice,
    /// What is given back, of this invoice.
    CreditNote(Original),
    /// What this credit note said was given back, and was not: an invoice of the same amounts takes it back.
    Cancellation(Original),
}

/// The paper that another one corrects: the invoice of a credit note, the credit note of a cancellation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    pub number: String,
    pub issued: Date,
    /// Why it is corrected: "One arrived with a crack".
    pub reason: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    pub kind: Kind,
    pub number: String,
    pub issued: Date,
    /// When the goods were delivered, or the payment was received before that.
    pub delivered: Option<Date>,
    /// The number of the order, as the shopper knows it.
    pub order: Option<String>,
    pub seller: Party,
    pub buyer: Party,
    /// Where the goods went, if not to the buyer's address.
    pub deliver_to: Option<Address>,
    /// ISO 4217.
    pub currency: String,
    /// Of the currency: yen 0, euro 2, dinar 3.
    pub decimals: u32,
    /// Whether `unit_price`, `price` and discounts contain the tax.
    pub prices_include_tax: bool,
    /// At least one.
    pub lines: Vec<Line>,
    pub shipping: Option<Shipping>,
    pub taxes: Vec<Tax>,
    pub totals: Totals,
    /// How it was or is to be paid or given back, in words: "Paid by card on 28 November 2026".
    pub payment: Option<String>,
    /// What else must be said, a paragraph each.
    pub notes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The legal name of a business, or the name of a person.
    pub name: String,
    /// What the shop calls itself, where that is not its legal name.
    pub trading_name: Option<String>,
    pub address: Address,
    /// With its country: `DE123456789`.
    pub vat_id: Option<String>,
    /// The number for the tax office, where it is not a VAT id.
    pub tax_number: Option<String>,
    /// Entry in the register of companies, with its court.
    pub registration: Option<String>,
    pub email: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// As it is written on a letter in its country, below the name; the country last.
    pub lines: Vec<String>,
    pub line1: String,
    pub line2: Option<String>,
    pub city: String,
    pub postal_code: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    /// What was chosen: "Blue, large".
    pub detail: Option<String>,
    pub sku: Option<String>,
    pub quantity: u32,
    /// As it was shown, with or without tax.
    pub unit_price: Decimal,
    /// `quantity × unit_price`.
    pub price: Decimal,
    /// This line's share of each discount, before tax is taken out.
    pub discounts: Vec<Discount>,
    pub tax: PartTax,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipping {
    pub name: String,
    pub price: Decimal,
    pub discounts: Vec<Discount>,
    pub tax: PartTax,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// What the shopper saw, with the code: "Autumn (AUTUMN10)".
    pub label: String,
    pub amount: Decimal,
}

/// What is left of a line or of shipping after discounts, and the tax on it: with prices that include it
/// `price − discounts = net + amount`, else `price − discounts = net`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartTax {
    /// Which of the paper's taxes, from 0.
    pub index: usize,
    pub net: Decimal,
    pub amount: Decimal,
}

/// One row of the tax table: the sum of all parts that point to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tax {
    /// "VAT", "MwSt.", "CA sales tax".
    pub name: String,
    /// In per cent; zero for all categories but the standard one.
    pub rate: Decimal,
    pub category: TaxCategory,
    pub net: Decimal,
    pub amount: Decimal,
}

/// Why that much tax is due, in the words of EN 16931.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxCategory {
    /// Any rate above zero.
    Standard,
    ZeroRated,
    Exempt,
    /// The buyer accounts for it; both have a VAT id.
    ReverseCharge,
    /// Goods for a business in another country of the EU; both have a VAT id, and the goods were delivered there.
    IntraCommunity,
    /// Goods that leave the EU.
    Export,
    /// There is no such tax here.
    OutsideScope,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// The prices of the lines.
    pub subtotal: Decimal,
    /// Each discount over all lines and shipping, in the order in which they are to be read.
    pub discounts: Vec<Discount>,
    pub net: Decimal,
    pub tax: Decimal,
    /// `net + tax`.
    pub total: Decimal,
    /// What of it was paid, or given back.
    pub paid: Decimal,
}

impl Paper {
    /// Lines and shipping, as far as tax asks.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Decimal, &[Discount], &PartTax)> {
        let lines = self.lines.iter().map(|line| (line.price, line.discounts.as_slice(), &line.tax));
        lines.chain(self.shipping.iter().map(|part| (part.price, part.discounts.as_slice(), &part.tax)))
    }

    pub(crate) fn is_credit_note(&self) -> bool {
        matches!(self.kind, Kind::CreditNote(_))
    }

    /// What it corrects; none: an invoice of what was sold.
    pub(crate) fn original(&self) -> Option<&Original> {
        match &self.kind {
            Kind::Invoice => None,
            Kind::CreditNote(original) | Kind::Cancellation(original) => Some(original),
        }
    }
}

impl TaxCategory {
    /// The code of UNTDID 5305.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Standard => "S",
            Self::ZeroRated => "Z",
            Self::Exempt => "E",
            Self::ReverseCharge => "AE",
            Self::IntraCommunity => "K",
            Self::Export => "G",
            Self::OutsideScope => "O",
        }
    }
}
