//! What the forms of products and carts say, parsed: which variant (the radios say options, not ids), and how many.

use shop::domain::{Quantity, Refusal, Slug};
use shop::usecase::VariantChoice;

/// What the buy form of a product said.
#[derive(Debug)]
pub struct Choice {
    /// The product's slug.
    pub product: String,
    pub variant_id: String,
    pub options: Vec<String>,
}

impl Choice {
    /// # Errors
    /// `NotFound` for what is neither a product's slug nor a variant's id.
    pub fn parse(&self) -> Result<VariantChoice, Refusal> {
        if self.options.is_empty() {
            return self.variant_id.parse().map(VariantChoice::Id);
        }
        let product: Slug = self.product.parse()?;
        Ok(VariantChoice::Options(product, self.options.clone()))
    }
}

/// # Errors
/// `Invalid` (quantity).
pub fn parse_quantity(typed: &str) -> Result<Quantity, Refusal> {
    Quantity::parse(typed).map_err(|problem| Refusal::field("quantity", problem))
}
