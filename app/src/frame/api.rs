//! What the frame asks.

use leptos::prelude::*;
use shop::dto::HeaderView;

use crate::ShopError;

/// For pages, and for `islands.js` where a browser goes back to one.
#[server(prefix = "/do", endpoint = "header")]
pub async fn load_header() -> Result<HeaderView, ShopError> {
    crate::ssr::header().await
}

/// Says nothing but the status: a page that is not there is a 404 for machines too.
pub async fn nothing_here() -> Result<(), ShopError> {
    crate::ssr::page(|_| async { Err(shop::domain::Refusal::NotFound.into()) }).await
}
