//! What the page of the business asks of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::Fields;
use shop::dto::EditorView;

use crate::ShopError;

/// `kept` is what a form that was sent before is found by.
pub async fn load_business(kept: String) -> Result<EditorView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.business_editor(by, &kept).await }).await
}

/// Saves who sells and on which terms.
#[server(prefix = "/do", endpoint = "admin-save-business")]
pub async fn save_business(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::BUSINESS;
    use super::paths::BUSINESS_PATH;
    use shop::infrastructure::LiveShop;
    let saved = |shop: LiveShop, by, typed: Fields| async move { shop.save_business(by, &typed).await };
    let (said, back) = (|(): &()| "It is saved.".to_owned(), |(): &()| BUSINESS_PATH.to_owned());
    crate::ssr::form_page(BUSINESS, BUSINESS_PATH.to_owned(), fields, saved, said, back).await
}
