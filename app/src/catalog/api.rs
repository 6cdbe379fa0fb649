//! What the catalogue's pages ask of the core.

use shop::dto::{HomeView, ListingQuery, ListingView, ProductReviews, ProductView};

use crate::ShopError;

pub async fn load_home() -> Result<HomeView, ShopError> {
    crate::ssr::page(|shop| async move { shop.home().await }).await
}

pub async fn load_listing(query: ListingQuery) -> Result<ListingView, ShopError> {
    let asked = query.category.clone();
    let listing = crate::ssr::page(|shop| async move { shop.listing(&query).await }).await?;
    if asked.is_some() && asked != listing.query.category {
        crate::ssr::moved_to(&listing.query.href());
    }
    Ok(listing)
}

/// And the address of whoever is signed in. `search` is the query of the page's address, for whoever is led on.
pub async fn load_product(slug: String, search: String) -> Result<(ProductView, Option<String>), ShopError> {
    use crate::ssr::{product_page, viewers_email};
    Ok((product_page(&slug, &search).await?, viewers_email().await?))
}

/// `sort` and `after` as the page's address says them.
pub async fn load_product_reviews(slug: String, sort: String, after: String) -> Result<ProductReviews, ShopError> {
    crate::ssr::product_reviews(&slug, shop::dto::ReviewQuery::of(Some(&sort), Some(&after))).await
}
