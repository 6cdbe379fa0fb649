//! What the catalogue's pages ask of the core, and what the form of a product does: it leads back to its own page.

use leptos::prelude::*;
use shop::dto::{HomeView, ListingQuery, ListingView, ProductReviews, ProductView};

use crate::ShopError;
use crate::wire::Answer;

#[server(prefix = "/do", endpoint = "home")]
pub async fn load_home() -> Result<HomeView, ShopError> {
    crate::ssr::page(|shop| async move { shop.home().await }).await
}

#[server(prefix = "/do", endpoint = "listing")]
pub async fn load_listing(query: ListingQuery) -> Result<ListingView, ShopError> {
    let asked = query.category.clone();
    let listing = crate::ssr::page(|shop| async move { shop.listing(&query).await }).await?;
    if asked.is_some() && asked != listing.query.category {
        crate::ssr::moved_to(&listing.query.href());
    }
    Ok(listing)
}

/// And the address of whoever is signed in. `search` is the query of the page's address, for whoever is led on.
#[server(prefix = "/do", endpoint = "product")]
pub async fn load_product(
    slug: String,
    #[server(default)] search: String,
) -> Result<(ProductView, Option<String>), ShopError> {
    use crate::ssr::{product_page, viewers_email};
    Ok((product_page(&slug, &search).await?, viewers_email().await?))
}

/// `sort` and `after` as the page's address says them.
#[server(prefix = "/do", endpoint = "product-reviews")]
pub async fn load_product_reviews(
    slug: String,
    #[server(default)] sort: String,
    #[server(default)] after: String,
) -> Result<ProductReviews, ShopError> {
    crate::ssr::product_reviews(&slug, shop::dto::ReviewQuery::of(Some(&sort), Some(&after))).await
}

/// `product` is a slug. A script names the variant; a plain form also says which options are checked, and those count.
/// The answer is how many things are in the cart now.
#[server(prefix = "/do", endpoint = "add-to-cart", output = Answer)]
pub async fn add_to_cart(
    #[server(default)] product: String,
    #[server(default)] variant_id: String,
    #[server(default)] quantity: String,
    #[server(default)] options: Vec<String>,
) -> Result<u32, ShopError> {
    use super::choice::address;
    use crate::ssr::{self, Choice, Form};
    let form = Form::new("add-to-cart", &address(&product, &options)).with("quantity", &quantity);
    let choice = Choice { product, variant_id, options };
    let cart = form.stay(crate::Notice::AddedToCart, Box::pin(ssr::add_to_cart(choice, quantity))).await?;
    Ok(cart.count)
}
