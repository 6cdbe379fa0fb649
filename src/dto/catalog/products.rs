//! Products as staff and the API see them, and the form that makes one.

use serde::{Deserialize, Serialize};

use crate::domain::{MAX_STOCK, Money, Problem, ProductId, Refusal, VariantId};

use super::{Image, UnitPrice};

/// A part of a list, and how long the whole of it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// From 1.
    pub page: u32,
    pub per_page: u32,
    /// Of products at most 1,000.
    pub total: u32,
    /// Whether there are no more.
    pub total_is_exact: bool,
    /// Of products, what leads on from here; none: this is the end.
    #[serde(default)]
    pub next: Option<String>,
}

/// A product with all of its variants, without what only its page needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRecord {
    pub id: ProductId,
    /// Counts the edits: an edit names the version it was made on.
    pub version: i64,
    pub slug: String,
    pub name: String,
    /// Empty where there is none.
    pub description: String,
    /// The category's slug.
    pub category: Option<String>,
    /// Who makes it; empty: nobody has said.
    pub vendor: String,
    pub tags: Vec<String>,
    /// The lowest price of its variants.
    pub price: Money,
    /// The names of the options, in the order in which variants give their values.
    pub options: Vec<String>,
    pub images: Vec<Image>,
    /// At least one, in shelf order.
    pub variants: Vec<VariantRecord>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantRecord {
    pub id: VariantId,
    pub sku: String,
    pub options: Vec<String>,
    pub price: Money,
    /// What is struck beside its price; none: it is not reduced.
    #[serde(default)]
    pub compare_at_price: Option<Money>,
    /// The lowest price of the 30 days before it was reduced, where that is known.
    #[serde(default)]
    pub lowest_before: Option<Money>,
    /// Where it is said how much it holds.
    #[serde(default)]
    pub unit_price: Option<UnitPrice>,
    pub stock: u32,
}

impl ProductRecord {
    /// Units on the shelf, of all variants together.
    pub fn stock(&self) -> u32 {
        self.variants.iter().fold(0, |sum, v| sum.saturating_add(v.stock))
    }
}

/// A product of one variant, as staff describe it. What is left out of an edit stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProductForm {
    pub name: String,
    /// Paragraphs separated by empty lines.
    pub description: Option<String>,
    /// A plain amount in the shop's currency: `"12.50"`.
    pub price: String,
    /// What a new product begins with. An edit leaves it out: stock changes by movements.
    pub stock: Option<i64>,
    /// A category's slug.
    pub category: Option<String>,
    pub sku: Option<String>,
    pub vendor: Option<String>,
    pub tags: Option<Vec<String>>,
}

impl StockForm {
    /// As a page sends it: `how` is `count`, else an adjustment. `shelf` is what the page showed.
    ///
    /// # Errors
    /// `Invalid` (units) for what is no whole number.
    pub fn typed(variant: VariantId, how: &str, (units, shelf): (&str, &str), reason: String) -> Result<Self, Refusal> {
        // People write the sign of what came, and some keyboards a minus of their own.
        let digits = units.trim().replace('−', "-");
        let units = digits.trim_start_matches('+').parse::<i64>();
        let units = units.map_err(|_| Refusal::field("units", Problem::NotWithin { max: MAX_STOCK }))?;
        let is_count = how == "count";
        let (change, counted) = if is_count { (None, Some(units)) } else { (Some(units), None) };
        Ok(Self { variant_id: Some(variant), change, counted, shelf: shelf.parse().ok(), reason })
    }
}

/// A change of a variant's stock, as staff tell it: `change` or `counted`, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StockForm {
    /// May be left out for a product that has only one.
    pub variant_id: Option<VariantId>,
    /// So many units came, or (negative) went.
    pub change: Option<i64>,
    /// So many lie on the shelf, those for orders that were not shipped yet among them.
    pub counted: Option<i64>,
    /// So many were to lie there when the count began; none: nobody looked.
    #[serde(default)]
    pub shelf: Option<u32>,
    pub reason: String,
}
