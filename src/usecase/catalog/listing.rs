//! Listings as pages show them: one whatever was asked for, with what helps on, and with what it may be narrowed by. What was
//! typed is read once for all of it.

use crate::domain::{ProductId, Slug};
use crate::dto::{CategoryCount, ListingQuery, ListingView, PlaceNote};

use super::super::{Error, Result, Shop, Store};
use super::cursor::Place;
use super::search::Search;

/// Whether a listing tells how many products stand in each category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CategoryCounts {
    Counted,
    /// They are known, and left out.
    Omitted,
}

/// What a listing knows of the products it found, for whoever counts what they may be narrowed by: it is not looked for once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// Nothing that helps.
    Unknown,
    /// All that words and category leave, where nothing else is asked for.
    All(Vec<ProductId>),
    /// All filters together leave more than are counted, and so do any of them.
    TooMany,
}

impl Listed {
    /// What has no words finds none by them, whatever was typed.
    pub(super) fn of(listing: &ListingView, search: &Search) -> Self {
        if !listing.total_is_exact {
            return Self::TooMany;
        }
        let is_whole = usize::try_from(listing.total) == Ok(listing.products.len());
        let is_search = matches!(search, Search::Words { .. }) && listing.query.filter_count() == 0;
        if is_whole && is_search {
            return Self::All(listing.products.iter().map(|product| product.id).collect());
        }
        Self::Unknown
    }
}

/// Of more categories counting takes longer than all else of a page, however few products there are.
const MANY_CATEGORIES: usize = 64;

/// Few products of few categories are counted as fast as what was counted is looked up.
fn is_costly_to_count(categories: &[CategoryCount]) -> bool {
    categories.len() > MANY_CATEGORIES || categories.iter().any(|category| category.count > ListingQuery::MOST_COUNTED)
}

impl<S: Store> Shop<S> {
    pub(super) async fn listing_now(&self, query: &ListingQuery) -> Result<ListingView> {
        let first = query.on_page(1);
        let search = self.shown(|store| store.read_search(query.q.as_deref())).await?;
        let (query, listing) = match Place::of(query) {
            Ok(place) => {
                let listing = self.listing_at(query, &search, &place).await?;
                let is_over = listing.products.is_empty() && !matches!(place, Place::Page(_));
                if is_over {
                    let listing = self.listing_as_asked(&first, &search).await?;
                    (&first, ListingView { note: Some(PlaceNote::Over), ..listing })
                } else {
                    (query, listing)
                }
            }
            Err(Error::Refused(_)) => {
                let listing = self.listing_as_asked(&first, &search).await?;
                (&first, ListingView { note: Some(PlaceNote::Unreadable), ..listing })
            }
            Err(broken) => return Err(broken),
        };
        let (listing, search) = self.with_correction(query, listing, search).await?;
        let facets = self.facets(&listing, &search).await?;
        Ok(ListingView { facets: Some(facets), ..listing })
    }

    /// A page with a number.
    pub(super) async fn listing_as_asked(&self, query: &ListingQuery, search: &Search) -> Result<ListingView> {
        self.listing_at(query, search, &Place::Page(query.page.max(1))).await
    }

    async fn listing_at(&self, query: &ListingQuery, search: &Search, place: &Place) -> Result<ListingView> {
        let listing = self.listing_counted(query, search, place).await?;
        match query.category.as_deref().filter(|_| listing.category.is_none()) {
            Some(asked) => match self.renamed_category(asked).await? {
                Some(now) => {
                    let query = ListingQuery { category: Some(now.to_string()), ..query.clone() };
                    self.listing_counted(&query, search, place).await
                }
                None => Ok(listing),
            },
            None => Ok(listing),
        }
    }

    /// How many products stand in each category is the same whichever is looked at, and where they or the categories are many,
    /// counting them costs more than all else of a page: then it is told as it was a second ago at most.
    async fn listing_counted(&self, query: &ListingQuery, search: &Search, place: &Place) -> Result<ListingView> {
        let (recent, now) = (self.recent_categories(), self.read_at());
        let is_whole = query.is_whole();
        let counted = recent.get(&(), now).filter(|_| is_whole);
        let counts = if counted.is_some() { CategoryCounts::Omitted } else { CategoryCounts::Counted };
        let per_page = ListingQuery::PER_PAGE;
        let listing = self.shown(|store| store.listing_view(query, search, place, per_page, counts)).await?;
        if let Some(categories) = counted {
            return Ok(ListingView { categories, ..listing });
        }
        if is_whole && is_costly_to_count(&listing.categories) {
            recent.keep((), now, listing.categories.clone());
        }
        Ok(listing)
    }

    /// What a category is called now that had this slug before.
    pub(super) async fn renamed_category(&self, asked: &str) -> Result<Option<Slug>> {
        match Slug::parse(asked) {
            Ok(slug) => self.shown(|store| store.category_now(&slug)).await,
            Err(_) => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_kept_for_a_moment_where_counting_takes_long() {
        let counted = |categories: usize, count: u32| -> Vec<CategoryCount> {
            let category = |n: usize| CategoryCount {
                slug: format!("c{n}"),
                name: format!("C{n}"),
                parent: None,
                count,
                is_exact: true,
            };
            (0..categories).map(category).collect()
        };
        for (categories, count, expected) in [
            (MANY_CATEGORIES, ListingQuery::MOST_COUNTED, false),
            (MANY_CATEGORIES + 1, 0, true),
            (1, ListingQuery::MOST_COUNTED + 1, true),
        ] {
            assert_eq!(is_costly_to_count(&counted(categories, count)), expected, "{categories} of {count}");
        }
    }
}
