//! What the cart asks of the core. Every answer is the whole cart.

use leptos::prelude::*;
use shop::dto::CartView;

use crate::ShopError;

#[server(prefix = "/do", endpoint = "cart")]
pub async fn load_cart() -> Result<CartView, ShopError> {
    crate::ssr::visit_cart().await
}

#[server(prefix = "/do", endpoint = "change-line")]
pub async fn change_line(
    #[server(default)] item_id: String,
    #[server(default)] quantity: String,
) -> Result<CartView, ShopError> {
    use crate::ssr::{Form, on_cart, parse_quantity};
    let form = Form::new("cart-line", "/cart").with("item_id", &item_id).with("quantity", &quantity);
    let changed = on_cart(|shop, owner| async move {
        let quantity = parse_quantity(&quantity)?;
        shop.change_line(owner, item_id.parse()?, quantity).await
    });
    form.stay(crate::Notice::CartUpdated, changed).await
}

#[server(prefix = "/do", endpoint = "remove-line")]
pub async fn remove_line(#[server(default)] item_id: String) -> Result<CartView, ShopError> {
    use crate::ssr::{Form, on_cart};
    let form = Form::new("cart-line", "/cart").with("item_id", &item_id);
    let removed = on_cart(|shop, owner| async move { shop.remove_line(owner, item_id.parse()?).await });
    form.stay(crate::Notice::Removed, removed).await
}
