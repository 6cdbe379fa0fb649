//! What the cart's page asks of the core.

use shop::dto::CartView;

use crate::ShopError;

pub async fn load_cart() -> Result<CartView, ShopError> {
    crate::ssr::visit_cart().await
}
