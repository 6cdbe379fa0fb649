//! What the shop is called and says of itself, given by the server with every request.

use std::sync::Arc;

use leptos::prelude::*;
use shop::domain::{Currency, Money};
use shop::dto::ShopContent;

#[derive(Debug, Clone, Default)]
pub struct Brand {
    pub content: Arc<ShopContent>,
    /// Without a slash at the end.
    pub base_url: Arc<str>,
    /// What the shop is paid in.
    pub currency: Option<Currency>,
}

impl Brand {
    pub fn get() -> Self {
        use_context().unwrap_or_default()
    }

    pub fn name() -> String {
        Self::get().content.name.clone()
    }

    /// An amount that was typed, as prices are shown; as it was typed where it is none in the shop's currency.
    pub fn amount(&self, typed: &str) -> String {
        let money = self.currency.and_then(|currency| Money::parse(typed, currency).ok());
        money.map_or_else(|| typed.to_owned(), |money| money.to_string())
    }
}
