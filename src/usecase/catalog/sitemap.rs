//! Which addresses the catalogue has, for search engines: in parts, read a piece at a time, each behind the one before.

use std::future::Future;

use crate::domain::{ProductId, Slug};

use super::super::{Result, Shop, Store};

/// So many are read at a time.
const AT_ONCE: u32 = 1_000;
/// More categories than anybody arranges.
const MOST_CATEGORIES: u32 = 10_000;

/// One statement each.
pub trait SitemapViews {
    /// Of what is for sale, by id: the first, and each that has `most` others between it and the one before.
    fn sitemap_starts(&self, most: u32) -> impl Future<Output = Result<Vec<ProductId>>> + Send;

    /// The slugs of what is for sale from this product on, by id.
    fn slugs_from(&self, from: ProductId, most: u32) -> impl Future<Output = Result<Vec<(ProductId, String)>>> + Send;

    /// The slugs of categories in which, or below which, something is for sale.
    fn filled_categories(&self, most: u32) -> impl Future<Output = Result<Vec<String>>> + Send;
}

/// Where a piece of a part begins, and how much of the part is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SitemapPlace {
    pub from: ProductId,
    pub left: u32,
}

/// A piece of a part, and where the next one begins; none: it was the last of its part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitemapPiece {
    pub slugs: Vec<Slug>,
    pub next: Option<SitemapPlace>,
}

impl<S: Store> Shop<S> {
    /// With which products the parts of the sitemap begin, if each has so many.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn sitemap_starts(&self, of_a_part: u32) -> Result<Vec<ProductId>> {
        self.shown(|store| store.sitemap_starts(of_a_part.max(1))).await
    }

    /// What stands at this place of the sitemap.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn sitemap_piece(&self, place: SitemapPlace) -> Result<SitemapPiece> {
        let wanted = place.left.min(AT_ONCE);
        // One more than is shown: it says where the next piece begins.
        let mut found = self.shown(|store| store.slugs_from(place.from, wanted.saturating_add(1))).await?;
        let further = if found.len() > wanted as usize { found.pop() } else { None };
        let left = place.left.saturating_sub(wanted);
        let next = further.filter(|_| left > 0).map(|(from, _)| SitemapPlace { from, left });
        Ok(SitemapPiece { slugs: found.into_iter().filter_map(|(_, slug)| Slug::parse(&slug).ok()).collect(), next })
    }

    /// The categories that search engines are told of: an empty one is nothing to find.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn sitemap_categories(&self) -> Result<Vec<Slug>> {
        let found = self.shown(|store| store.filled_categories(MOST_CATEGORIES)).await?;
        Ok(found.into_iter().filter_map(|slug| Slug::parse(&slug).ok()).collect())
    }
}
