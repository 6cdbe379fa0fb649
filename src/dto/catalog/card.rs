//! A product in a list, as a card.

use serde::{Deserialize, Serialize};

use crate::domain::{Money, ProductId};

use super::super::percent::encoded;
use super::image::Image;
use super::reviews::CardRating;
use super::unit_price::UnitPrice;

/// A product as it stands in a grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCard {
    pub id: ProductId,
    pub slug: String,
    pub name: String,
    /// The lowest price of its variants.
    pub price: Money,
    /// Whether variants differ in price ("from $12.00").
    pub price_varies: bool,
    /// What a kilogram, a litre or a metre of the cheapest variant costs, where it is said how much that holds.
    #[serde(default)]
    pub unit_price: Option<UnitPrice>,
    /// What the cheapest variant used to cost.
    pub compare_at_price: Option<Money>,
    /// The lowest price of the 30 days before it was reduced, where that is known.
    pub lowest_before: Option<Money>,
    pub image: Option<Image>,
    /// How many variants there are to choose from.
    pub choices: u32,
    pub in_stock: bool,
    /// The variant that has the options asked for, and that all of this is about; none: no options were, or it comes in one alone.
    #[serde(default)]
    pub sku: Option<String>,
    /// None: no review of it is shown.
    #[serde(default)]
    pub rating: Option<CardRating>,
}

impl ProductCard {
    /// The address of its page; with the variant chosen that it shows.
    pub fn href(&self) -> String {
        let sku = self.sku.as_ref().map(|sku| format!("?sku={}", encoded(sku))).unwrap_or_default();
        format!("/products/{}{sku}", self.slug)
    }
}
