//! What whoever wants to hear that something is back asks of the core. The letter's link leads to a page of its own.

use leptos::prelude::*;
use shop::dto::StockWishView;

use crate::ShopError;

/// `product` is a slug, to which the form leads back. What is said is the same whether a letter was sent or not.
#[server(prefix = "/do", endpoint = "wish-stock")]
pub async fn wish_stock(
    #[server(default)] product: String,
    #[server(default)] variant_id: String,
    #[server(default)] email: String,
) -> Result<bool, ShopError> {
    use super::forms::WISH;
    use crate::ssr::{self, Form, wished_words};
    let back = super::choice::address(&product, &[]);
    let form = Form::new(WISH.name, &back).with("email", &email).with("variant_id", &variant_id);
    form.lead_saying(ssr::wish_stock(&variant_id, &email), wished_words, |_| back.clone()).await
}

/// Of the link that was opened, or that waits.
pub async fn load_stock_wish(token: String) -> Result<Option<StockWishView>, ShopError> {
    use crate::ssr::{KeptLink, kept_link};
    kept_link(KeptLink::Wish, &token, |shop, token| async move { shop.stock_wish(&token).await }).await
}

#[server(prefix = "/do", endpoint = "confirm-stock-wish")]
pub async fn confirm_stock_wish() -> Result<String, ShopError> {
    use super::forms::KEPT_WISH;
    use crate::ssr::{Form, confirm_wish};
    let said = "Thank you. We write to you once, as soon as it is back.";
    Form::new(KEPT_WISH, "/stock-wish").lead_saying(confirm_wish(), |_| said.into(), String::clone).await
}

#[server(prefix = "/do", endpoint = "forget-stock-wish")]
pub async fn forget_stock_wish() -> Result<(), ShopError> {
    use super::forms::KEPT_WISH;
    use crate::ssr::{Form, forget_wish};
    let said = "Your wish is forgotten, and your address with it.";
    Form::new(KEPT_WISH, "/stock-wish").lead_saying(forget_wish(), |()| said.into(), |()| "/".into()).await
}
