//! A line of a cart as promotions and totals look at it.

use serde::{Deserialize, Serialize};

use super::{Money, ProductId, Refusal, Slug, TaxClass, VariantId};

/// A line of a cart, with all that totals depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotalsLine {
    pub variant: VariantId,
    pub product: ProductId,
    /// Its product's category and the ones above.
    pub categories: Vec<Slug>,
    pub unit_price: Money,
    pub quantity: u32,
    pub tax_class: TaxClass,
    /// Of one unit.
    pub weight_grams: u32,
    pub needs_shipping: bool,
}

impl TotalsLine {
    /// All its units, before discounts.
    ///
    /// # Errors
    /// `BadAmount` on overflow.
    pub fn price(&self) -> Result<Money, Refusal> {
        self.unit_price.times(self.quantity)
    }
}
