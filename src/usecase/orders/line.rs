//! A line of an order that is being made.

use crate::domain::{Money, OrderItemId, ProductId, Slug, TaxClass, TotalsLine, VariantId};

#[derive(Debug, Clone)]
pub struct OrderLine {
    pub id: OrderItemId,
    pub product_id: ProductId,
    pub variant_id: VariantId,
    pub name: String,
    pub options: Vec<String>,
    pub sku: String,
    pub quantity: u32,
    pub price: Money,
    pub line_total: Money,
    /// What can be promised right now; the inventory decides later.
    pub stock: u32,
    pub for_sale: bool,
    /// Its product's category and the ones above.
    pub categories: Vec<Slug>,
    pub tax_class: TaxClass,
    /// Of one unit.
    pub weight_grams: u32,
    pub needs_shipping: bool,
}

impl OrderLine {
    pub(super) fn totals_line(&self) -> TotalsLine {
        TotalsLine {
            variant: self.variant_id,
            product: self.product_id,
            categories: self.categories.clone(),
            unit_price: self.price,
            quantity: self.quantity,
            tax_class: self.tax_class,
            weight_grams: self.weight_grams,
            needs_shipping: self.needs_shipping,
        }
    }
}
