//! What the shop is called and says of itself, given by the server with every request.

use std::sync::Arc;

use leptos::prelude::*;
use shop::dto::ShopContent;

#[derive(Debug, Clone, Default)]
pub struct Brand {
    pub content: Arc<ShopContent>,
    /// Without a slash at the end.
    pub base_url: Arc<str>,
}

impl Brand {
    pub fn get() -> Self {
        use_context().unwrap_or_default()
    }

    pub fn name() -> String {
        Self::get().content.name.clone()
    }
}
