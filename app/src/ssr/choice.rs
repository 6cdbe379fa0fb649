//! Which variant a plain form means: its radios say options, not ids.

use shop::domain::{Problem, Refusal};
use shop::infrastructure::LiveShop;
use shop::usecase::Result;

use crate::catalog::choice::address;

/// What the buy form of a product said.
#[derive(Debug)]
pub struct Choice {
    /// The product's slug.
    product: String,
    variant_id: String,
    options: Vec<String>,
}

impl Choice {
    pub fn new(product: String, variant_id: String, options: [String; 3]) -> Self {
        Self { product, variant_id, options: options.into_iter().take_while(|o| !o.is_empty()).collect() }
    }

    /// The page the form stands on, with the same choice.
    pub fn page(&self) -> String {
        address(&self.product, &self.options)
    }

    /// # Errors
    /// `NotFound` for a product that is none, `Invalid` for options that are not one of its variants.
    pub async fn variant_id(&self, shop: &LiveShop) -> Result<String> {
        if self.options.is_empty() {
            return Ok(self.variant_id.clone());
        }
        let product = shop.product(&self.product).await?;
        let chosen = product.variants.iter().find(|v| v.options == self.options);
        chosen.map(|v| v.id.to_string()).ok_or_else(|| Refusal::field("variant_id", Problem::NotAChoice).into())
    }
}
