//! What the catalogue's pages ask of the core, and what the form of a product does: it leads back to its own page.

use leptos::prelude::*;
use shop::dto::{CartView, HomeView, ListingQuery, ListingView, ProductView};

use crate::ShopError;
use crate::wire::Answer;

#[server(prefix = "/do", endpoint = "home")]
pub async fn load_home() -> Result<HomeView, ShopError> {
    crate::ssr::page(|shop| async move { shop.home().await }).await
}

#[server(prefix = "/do", endpoint = "listing")]
pub async fn load_listing(query: ListingQuery) -> Result<ListingView, ShopError> {
    crate::ssr::page(|shop| async move { shop.listing(&query).await }).await
}

#[server(prefix = "/do", endpoint = "product")]
pub async fn load_product(slug: String) -> Result<ProductView, ShopError> {
    use shop::domain::{Refusal, Slug};
    crate::ssr::page(|shop| async move { shop.product(&Slug::parse(&slug).map_err(|_| Refusal::NotFound)?).await })
        .await
}

/// `product` is a slug. A script names the variant; a plain form also says which options are checked, and those count.
#[server(prefix = "/do", endpoint = "add-to-cart", output = Answer)]
pub async fn add_to_cart(
    #[server(default)] product: String,
    #[server(default)] variant_id: String,
    #[server(default)] quantity: String,
    #[server(default)] options: Vec<String>,
) -> Result<CartView, ShopError> {
    use super::choice::address;
    use crate::ssr::{Choice, Form, on_cart, parse_quantity};
    let form = Form::new("add-to-cart", &address(&product, &options)).with("quantity", &quantity);
    let choice = Choice { product, variant_id, options };
    let added = on_cart(|shop, owner| async move {
        let quantity = parse_quantity(&quantity)?;
        shop.add_to_cart(owner, shop.choose_variant(&choice.parse()?).await?, quantity).await
    });
    form.stay(crate::Notice::AddedToCart, added).await
}
