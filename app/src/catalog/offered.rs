//! A variant as the island that sells it shows it.

use serde::{Deserialize, Serialize};
use shop::dto::VariantView;

use super::choice::Choosable;

/// In words: the browser's part knows no money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    pub id: String,
    pub sku: String,
    pub options: Vec<String>,
    pub price: String,
    pub before: Option<String>,
    pub stock: u32,
    pub image: Option<String>,
}

impl From<VariantView> for Offered {
    fn from(variant: VariantView) -> Self {
        let VariantView { id, sku, options, price, compare_at_price, stock, image } = variant;
        let before = compare_at_price.map(|before| before.to_string());
        Self { id: id.to_string(), sku, options, price: price.to_string(), before, stock, image }
    }
}

impl Choosable for Offered {
    fn options(&self) -> &[String] {
        &self.options
    }

    fn stock(&self) -> u32 {
        self.stock
    }
}
