//! A cart as its page, its island and the API show it.

use serde::{Deserialize, Serialize};

use crate::domain::{CartId, CartItemId, Destination, LineNotice, Money, ProductId, Quantity, VariantId};

use super::{CouponView, Image, TotalParts};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    pub id: CartItemId,
    pub product_id: ProductId,
    pub variant_id: VariantId,
    pub slug: String,
    pub sku: String,
    pub name: String,
    /// The chosen options, empty for a product without: `["Moss", "Large"]`.
    pub options: Vec<String>,
    pub image: Option<Image>,
    pub quantity: Quantity,
    /// The price now.
    pub unit_price: Money,
    pub line_total: Money,
    pub notices: Vec<LineNotice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartView {
    /// None before anything was ever put in.
    pub id: Option<CartId>,
    pub lines: Vec<CartLine>,
    /// Units, not lines.
    pub count: u32,
    /// Shipping and tax are estimates before there is an address.
    pub parts: TotalParts,
    pub total: Money,
    pub coupon: Option<CouponView>,
    /// Where to shipping and tax are meant.
    pub destination: Option<Destination>,
    pub needs_shipping: bool,
    /// How much more makes shipping free.
    pub missing_for_free_shipping: Option<Money>,
}

impl AsRef<Self> for CartView {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl CartView {
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether it can be ordered as it stands.
    pub fn is_orderable(&self) -> bool {
        !self.is_empty() && !self.lines.iter().any(|l| l.notices.iter().any(LineNotice::blocks_checkout))
    }
}
