//! What the header asks.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shop::dto::Viewer;

use crate::ShopError;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HeaderView {
    pub viewer: Option<Viewer>,
    /// Units in the cart.
    pub count: u32,
}

#[server(prefix = "/do", endpoint = "header")]
pub async fn load_header() -> Result<HeaderView, ShopError> {
    crate::ssr::header().await
}
