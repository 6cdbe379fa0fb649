//! What a listing says of a search besides what it found.

use serde::{Deserialize, Serialize};

use crate::domain::Money;

use super::{CategoryStep, CategoryTile, Image};

/// What may have been meant by a search that found nothing, or next to nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// As it was typed.
    pub asked: String,
    pub meant: String,
    /// Whether the listing shows what was meant; else it is only offered.
    pub is_shown: bool,
}

/// The way on from a search that found nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NothingFound {
    /// The same search without one of its words, where that finds something.
    pub shorter: Vec<String>,
    /// The first of the shop, in its own order.
    pub categories: Vec<CategoryTile>,
}

/// The variant whose SKU was typed, of a product that has several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantFound {
    pub sku: String,
    /// Of its product.
    pub slug: String,
    pub name: String,
    pub options: Vec<String>,
}

/// What is offered while somebody types.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SuggestionsView {
    /// What may have been meant, where nothing fits what was typed: the suggestions are of this then.
    pub meant: Option<String>,
    /// Those that fit best come first.
    pub products: Vec<SuggestedProduct>,
    /// Called so, and with something in them that is for sale.
    pub categories: Vec<CategoryStep>,
}

impl SuggestionsView {
    pub const fn is_empty(&self) -> bool {
        self.products.is_empty() && self.categories.is_empty()
    }
}

/// A product in a list of suggestions. No price from before: where that is told, more has to be (Directive 98/6/EC, article 6a).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuggestedProduct {
    pub slug: String,
    pub name: String,
    /// The lowest price of its variants.
    pub price: Money,
    /// Whether variants differ in price.
    pub price_varies: bool,
    pub image: Option<Image>,
}
