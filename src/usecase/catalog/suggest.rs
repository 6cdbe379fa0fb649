//! What is offered while somebody types into the search. It is asked at nearly every key: one round trip, and more only where
//! nothing fits.

use std::future::Future;

use crate::domain::{corrected_search, search_words, suggestion_words};
use crate::dto::SuggestionsView;

use super::super::{Result, Shop, Store};

const MOST_PRODUCTS: u32 = 5;
const MOST_CATEGORIES: u32 = 3;

/// What the catalogue has for words that somebody is still typing.
pub trait SuggestionViews {
    /// Products that have all of the words, or words that begin so, and categories that are called so. One round trip.
    fn suggestions_view(
        &self,
        words: &[String],
        most_products: u32,
        most_categories: u32,
    ) -> impl Future<Output = Result<SuggestionsView>> + Send;
}

impl<S: Store> Shop<S> {
    /// At most five products and three categories for what somebody types; where nothing fits, those of what may have been meant.
    /// Empty for what is too short, or found neither way.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn suggest(&self, typed: &str) -> Result<SuggestionsView> {
        let Some(words) = suggestion_words(typed) else { return Ok(SuggestionsView::default()) };
        let found = self.suggested(&words).await?;
        if !found.is_empty() {
            return Ok(found);
        }
        let near = self.shown(|store| store.near_words(&words)).await?;
        let Some(meant) = corrected_search(&near, false) else { return Ok(found) };
        let better = self.suggested(&search_words(&meant)).await?;
        let meant = (!better.is_empty()).then_some(meant);
        Ok(SuggestionsView { meant, ..better })
    }

    async fn suggested(&self, words: &[String]) -> Result<SuggestionsView> {
        self.shown(|store| store.suggestions_view(words, MOST_PRODUCTS, MOST_CATEGORIES)).await
    }
}
