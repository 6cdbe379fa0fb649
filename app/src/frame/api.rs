//! What the frame asks.

use leptos::prelude::*;
use shop::dto::HeaderView;

use crate::ShopError;

#[server(prefix = "/do", endpoint = "header")]
pub async fn load_header() -> Result<HeaderView, ShopError> {
    crate::ssr::header().await
}

/// Answers nothing but the status: a page that is not there is a 404 for machines too.
#[server(prefix = "/do", endpoint = "nothing-here")]
pub async fn nothing_here() -> Result<(), ShopError> {
    crate::ssr::page(|_| async { Err(shop::domain::Refusal::NotFound.into()) }).await
}
