//! A search that found next to nothing: what may have been meant, and the way on. How words are found is the business of the
//! store behind `SearchViews` and `CatalogViews::listing_view`.

use std::future::Future;

use crate::domain::{SearchWord, Synonym, corrected_search, search_words, shorter_searches};
use crate::dto::{CategoryTile, Correction, ListingQuery, ListingView, NothingFound};

use super::super::{Result, Shop, Store};

/// Whoever finds no more than this may have mistyped.
const FEW: u32 = 2;
/// How many categories are offered where nothing was found.
const MOST_CATEGORIES: u32 = 6;

/// What is searched for, as the store read it. What stands in it is in the store's own language: nobody else looks into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    /// No words: all products.
    All,
    /// Nothing of what was typed is a word.
    NoWords,
    Words {
        /// All of the words.
        whole: String,
        /// The same, or their beginnings.
        beginning: String,
        /// What was typed, where it may be a SKU.
        sku: Option<String>,
    },
}

/// What the catalogue knows of words. One round trip each, and all but the first are asked only where a search found next to
/// nothing.
pub trait SearchViews {
    /// Reads what was typed, with what the owner says is the same. No round trip where nothing was.
    fn read_search(&self, q: Option<&str>) -> impl Future<Output = Result<Search>> + Send;

    /// Each word, and those that are spelled nearly so and are of something for sale.
    fn near_words(&self, words: &[String]) -> impl Future<Output = Result<Vec<SearchWord>>> + Send;

    /// Those of these searches that find something for sale.
    fn which_find(&self, searches: &[String]) -> impl Future<Output = Result<Vec<String>>> + Send;

    /// The first categories that stand in no other, in the shop's order.
    fn first_categories(&self, most: u32) -> impl Future<Output = Result<Vec<CategoryTile>>> + Send;

    /// In order.
    fn all_synonyms(&self) -> impl Future<Output = Result<Vec<Synonym>>> + Send;

    /// All of them, instead of those that there are: one statement.
    fn write_synonyms(&self, all: &[Synonym]) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn synonyms(&self) -> Result<Vec<Synonym>> {
        self.store().all_synonyms().await
    }

    /// Those that are not among `all` are gone.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn replace_synonyms(&self, all: &[Synonym]) -> Result<()> {
        self.store().write_synonyms(all).await
    }

    /// Typo tolerance: the listing, and for a search that found next to nothing what was meant, or the way on; with the search that
    /// it is of. How far a word may be from what was typed is `SearchWord::correction`.
    pub(super) async fn with_correction(
        &self,
        query: &ListingQuery,
        listing: ListingView,
        search: Search,
    ) -> Result<(ListingView, Search)> {
        let Some(asked) = query.q.clone().filter(|_| listing.total <= FEW) else { return Ok((listing, search)) };
        let words = search_words(&asked);
        if !query.exact && !words.is_empty() {
            let near = self.shown(|store| store.near_words(&words)).await?;
            let is_shown = listing.total == 0;
            let too_few = if is_shown { 0 } else { FEW };
            if let Some(meant) = corrected_search(&near, !is_shown) {
                let query = query.searching(&meant, false);
                let read = self.shown(|store| store.read_search(query.q.as_deref())).await?;
                let better = self.listing_as_asked(&query, &read).await?;
                if better.total > too_few {
                    let (shown, search) = if is_shown { (better, read) } else { (listing, search) };
                    let correction = Some(Correction { asked, meant, is_shown });
                    return Ok((ListingView { correction, ..shown }, search));
                }
            }
        }
        if listing.total > 0 {
            return Ok((listing, search));
        }
        let shorter = shorter_searches(&words);
        let shorter = if shorter.is_empty() { shorter } else { self.shown(|store| store.which_find(&shorter)).await? };
        let categories = self.shown(|store| store.first_categories(MOST_CATEGORIES)).await?;
        Ok((ListingView { nothing: Some(NothingFound { shorter, categories }), ..listing }, search))
    }
}
