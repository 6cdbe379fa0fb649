//! What the catalogue's pages ask of the core.

use leptos::prelude::*;
use shop::dto::{HomeView, ListingQuery, ListingView, ProductView};

use crate::ShopError;

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
