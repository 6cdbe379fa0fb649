//! What the shop is called, given by the server with every request.

use leptos::prelude::*;

#[derive(Debug, Clone, Default)]
pub struct Brand {
    pub name: String,
    /// Without a slash at the end.
    pub base_url: String,
}

impl Brand {
    pub fn get() -> Self {
        use_context().unwrap_or_default()
    }
}
