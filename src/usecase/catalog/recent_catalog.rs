//! What a process keeps of the catalogue for a moment: what was counted, and what is shown to everybody.
//!
//! Views are kept for pages of those of whom something is known. Whoever is not known is shown whole pages (`server/src/web/page_cache`),
//! and those are made of nothing that was kept here but counts. Of whoever brings a session each page is rendered, but what all of them
//! see in it is asked for once by all who look within a quarter of a second. Nothing of a person may be in it: a view is made of its
//! address alone.

use std::hash::Hash;
use std::sync::Arc;

use time::Duration;

use crate::domain::Slug;
use crate::dto::{CategoryCount, FacetsView, HomeView, ListingQuery, ListingView, ProductView};

use super::super::{Result, Shop, Store};
use super::recent::{ReadAt, Recent};

/// As a page: with what was counted for it before (`recent`) it is a second old at most.
const SHOWN_FOR: Duration = Duration::milliseconds(250);
/// Of so many addresses at once.
const MOST_KEPT: usize = 64;

#[derive(Default)]
pub(in super::super) struct RecentCatalog {
    /// What categories may be narrowed by, by their slugs; none: all products.
    facets: Recent<Option<String>, FacetsView>,
    /// How many products stand in categories, where they are many.
    categories: RecentCategories,
    views: RecentViews,
    /// The same as a replica has it, which whoever has just changed something is not shown.
    replica_categories: RecentCategories,
    replica_views: RecentViews,
}

type RecentCategories = Recent<(), Vec<CategoryCount>>;
type Views<K, V> = Recent<K, Arc<V>>;

struct RecentViews {
    home: Views<(), HomeView>,
    listings: Views<ListingQuery, ListingView>,
    products: Views<Slug, ProductView>,
}

impl Default for RecentViews {
    fn default() -> Self {
        let (home, listings) = (Recent::of(SHOWN_FOR, 1), Recent::of(SHOWN_FOR, MOST_KEPT));
        Self { home, listings, products: Recent::of(SHOWN_FOR, MOST_KEPT) }
    }
}

/// Where views are kept, as of before anything of one is read.
struct Kept<'a, K, V> {
    views: &'a Views<K, V>,
    now: ReadAt,
}

impl<K: Eq + Hash + Clone, V: Clone> Kept<'_, K, V> {
    /// Copied behind the lock, which others want.
    fn get(&self, key: &K) -> Option<V> {
        self.views.get(key, self.now).map(|view| V::clone(&view))
    }

    fn keep(&self, key: &K, view: &V) {
        self.views.keep(key.clone(), self.now, Arc::new(view.clone()));
    }
}

impl<S: Store> Shop<S> {
    pub(super) fn recent_facets(&self) -> &Recent<Option<String>, FacetsView> {
        &self.recent_catalog().facets
    }

    pub(super) fn recent_categories(&self) -> &RecentCategories {
        let recent = self.recent_catalog();
        if self.reads_replica() { &recent.replica_categories } else { &recent.categories }
    }

    /// None: whoever asks is shown all as it is now.
    fn kept<K, V>(&self, of: impl FnOnce(&RecentViews) -> &Views<K, V>) -> Option<Kept<'_, K, V>> {
        if !self.shows_recent() {
            return None;
        }
        let recent = self.recent_catalog();
        let views = of(if self.reads_replica() { &recent.replica_views } else { &recent.views });
        Some(Kept { views, now: self.read_at() })
    }

    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn home(&self) -> Result<HomeView> {
        let kept = self.kept(|views| &views.home);
        if let Some(home) = kept.as_ref().and_then(|kept| kept.get(&())) {
            return Ok(home);
        }
        let home = self.home_now().await?;
        if let Some(kept) = kept {
            kept.keep(&(), &home);
        }
        Ok(home)
    }

    /// Of a category that is called otherwise now, the listing under the slug that it has, and of a search that finds nothing
    /// that of what was meant: `query` in the answer says which. Where a cursor leads nowhere, its first page, with a note.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn listing(&self, query: &ListingQuery) -> Result<ListingView> {
        let kept = self.kept(|views| &views.listings);
        if let Some(listing) = kept.as_ref().and_then(|kept| kept.get(query)) {
            return Ok(listing);
        }
        let listing = Box::pin(self.listing_now(query)).await?;
        if let Some(kept) = kept {
            kept.keep(query, &listing);
        }
        Ok(listing)
    }

    /// A product by its address, or by one that it had before: its own slug says which.
    ///
    /// # Errors
    /// `NotFound` when there is no such product for sale.
    pub async fn product(&self, slug: &Slug) -> Result<ProductView> {
        let kept = self.kept(|views| &views.products);
        if let Some(product) = kept.as_ref().and_then(|kept| kept.get(slug)) {
            return Ok(product);
        }
        let product = Box::pin(self.product_now(slug)).await?;
        if let Some(kept) = kept {
            kept.keep(slug, &product);
        }
        Ok(product)
    }
}
