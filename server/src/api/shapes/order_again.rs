//! What of an order cannot be had again.

use serde::Serialize;
use shop::domain::Unavailable as Why;
use shop::dto::{UnavailableItem, words};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnavailableKind {
    NotForSale,
    SoldOut,
    /// Fewer than were ordered; those are in the cart
    OnlyLeft,
    CartFull,
}

/// Something of an order that cannot be had again as it was ordered
#[derive(Debug, Serialize, ToSchema)]
pub struct Unavailable {
    pub product_id: Uuid,
    pub variant_id: Uuid,
    /// As it was sold
    pub name: String,
    pub options: Vec<String>,
    /// As it was ordered
    pub quantity: u32,
    pub kind: UnavailableKind,
    /// With `only_left`: how many are
    pub left: Option<u32>,
    #[schema(example = "Only 3 left.")]
    pub message: String,
}

impl From<UnavailableItem> for Unavailable {
    fn from(item: UnavailableItem) -> Self {
        let (kind, left) = match item.why {
            Why::NotForSale => (UnavailableKind::NotForSale, None),
            Why::SoldOut => (UnavailableKind::SoldOut, None),
            Why::OnlyLeft { left } => (UnavailableKind::OnlyLeft, Some(left)),
            Why::CartFull { .. } => (UnavailableKind::CartFull, None),
        };
        Self {
            product_id: item.product_id.0,
            variant_id: item.variant_id.0,
            name: item.name,
            options: item.options,
            quantity: item.quantity,
            kind,
            left,
            message: words::unavailable(item.why),
        }
    }
}
