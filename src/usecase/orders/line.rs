//! A line of an order that is being made.

use crate::domain::{Money, OrderItemId, ProductId, VariantId};

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
}
