//! What the store counts for the filters of a listing, within a bound. What is offered of it stands in `facets`.

use std::collections::BTreeMap;
use std::future::Future;

use crate::domain::{Money, RatingFloor};
use crate::dto::{FacetCount, ListingQuery};

use super::super::Result;
use super::listing::Listed;
use super::search::Search;

/// Among how many products is counted. So a listing costs the same however many there are.
pub const FACETED_PRODUCTS: u32 = 1_000;
/// How many tags are counted, and offered.
pub const MOST_TAGS: u32 = 20;

/// How many products have a variant with this value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueCount {
    pub name: String,
    pub value: String,
    pub products: u32,
}

/// How many products have this tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagCount {
    pub tag: String,
    pub products: u32,
}

/// Products, at most one more than `FACETED_PRODUCTS` of them, and the values of those of their variants that are let through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FacetedSet {
    pub products: u32,
    pub values: Vec<ValueCount>,
    /// Of `base` the `MOST_TAGS` that most of them have, the ones asked for before others; of another set those, and the ones asked
    /// for. As `rated`, counted where the set is the one that says it.
    pub tags: Vec<TagCount>,
    /// How many have so many whole stars on average; of one star first.
    pub rated: [u32; 5],
}

impl FacetedSet {
    const fn is_whole(&self) -> bool {
        self.products <= FACETED_PRODUCTS
    }

    pub(super) fn count(&self, name: &str, value: &str) -> FacetCount {
        let found = self.values.iter().find(|found| found.name == name && found.value == value);
        self.so_many(found.map_or(0, |found| found.products))
    }

    pub(super) fn count_tag(&self, tag: &str) -> FacetCount {
        self.so_many(self.tags.iter().find(|found| found.tag == tag).map_or(0, |found| found.products))
    }

    pub(super) fn count_rated(&self, floor: RatingFloor) -> FacetCount {
        let better = self.rated.iter().skip(usize::from(floor.stars()) - 1);
        self.so_many(better.fold(0, |sum, count| sum.saturating_add(*count)))
    }

    pub(super) const fn so_many(&self, count: u32) -> FacetCount {
        FacetCount { count, is_exact: self.is_whole() }
    }
}

/// What was counted for a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FacetSets {
    /// By words and category alone: what there is to choose from.
    pub base: FacetedSet,
    /// Under all filters; none where there are none but those of `base`.
    pub narrowed: Option<FacetedSet>,
    /// Of each option asked for, what there would be whatever it is.
    pub without: BTreeMap<String, FacetedSet>,
    /// However it is rated, where that is asked for.
    pub without_rating: Option<FacetedSet>,
    /// Whatever its tags are, where some are asked for.
    pub without_tags: Option<FacetedSet>,
    /// How many of `narrowed`, or else of `base`, can be had now.
    pub in_stock: u32,
    /// Of variants that the other filters let through; none where there is no product, or more than are looked at.
    pub prices: Option<(Money, Money)>,
}

impl FacetSets {
    /// What all filters leave.
    pub(super) fn left(&self) -> &FacetedSet {
        self.narrowed.as_ref().unwrap_or(&self.base)
    }
}

pub trait FacetViews {
    /// One round trip. `search` is what is typed in `query`, read.
    fn facet_sets(
        &self,
        query: &ListingQuery,
        search: &Search,
        listed: &Listed,
    ) -> impl Future<Output = Result<FacetSets>> + Send;
}
