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
    /// The lowest price of its variants; of `sku`, where that is told.
    pub price: Money,
    /// Whether variants cost more, of those that are asked for ("from $12.00").
    pub price_varies: bool,
    /// What a kilogram, a litre or a metre of the variant with that price costs, where it is said how much that holds.
    #[serde(default)]
    pub unit_price: Option<UnitPrice>,
    /// What the variant with that price used to cost.
    pub compare_at_price: Option<Money>,
    /// The lowest price of the 30 days before that variant was reduced, where it is known.
    pub lowest_before: Option<Money>,
    pub image: Option<Image>,
    /// How many variants there are to choose from.
    pub choices: u32,
    pub in_stock: bool,
    /// The variant that has the options asked for: price, picture and stock are its own; none: no options were, or it comes in one
    /// alone.
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
