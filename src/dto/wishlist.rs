//! What somebody wants to find again, as they see it.

use serde::{Deserialize, Serialize};

use crate::domain::ProductId;

use super::ProductCard;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WishlistItem {
    pub product: ProductId,
    pub name: String,
    /// None: it is not for sale any more, or not now.
    pub card: Option<ProductCard>,
}
