//! What becomes of an order that is made again.

use serde::{Deserialize, Serialize};

use crate::domain::{ProductId, Unavailable, VariantId};

use super::{CartView, words};

/// Something of an order that cannot be had again as it was ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnavailableItem {
    pub product_id: ProductId,
    pub variant_id: VariantId,
    /// As it was sold.
    pub name: String,
    pub options: Vec<String>,
    /// As it was ordered.
    pub quantity: u32,
    pub why: Unavailable,
}

impl UnavailableItem {
    /// `Linen throw, Moss: Sold out.`
    pub fn line(&self) -> String {
        let name = std::iter::once(self.name.as_str()).chain(self.options.iter().map(String::as_str));
        format!("{}: {}", name.collect::<Vec<_>>().join(", "), words::unavailable(self.why))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartAgain {
    pub cart: CartView,
    pub unavailable: Vec<UnavailableItem>,
    /// Whether anything of the order is in the cart now.
    pub found_some: bool,
}

impl AsRef<CartView> for CartAgain {
    fn as_ref(&self) -> &CartView {
        &self.cart
    }
}
