//! What a listing may be narrowed by further, and how many products each choice would leave.

use serde::{Deserialize, Serialize};

use crate::domain::{Money, RatingFloor, TagFilters};

use super::ListingQuery;

/// How many products a choice leaves, the other filters as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetCount {
    pub count: u32,
    /// Else there are at least so many: no more than 1,000 products are looked at.
    pub is_exact: bool,
}

impl FacetCount {
    /// Whether it is known to leave none.
    pub const fn is_none(self) -> bool {
        self.count == 0 && self.is_exact
    }

    /// How many are left; of those that are not all looked at, how many at least, and nothing where none was met.
    pub fn words(self) -> Option<String> {
        match (self.count, self.is_exact) {
            (0, false) => None,
            (count, true) => Some(count.to_string()),
            (1_000.., false) => Some("1,000+".to_owned()),
            (count, false) => Some(format!("{count}+")),
        }
    }
}

/// One value of an option, or a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    pub value: String,
    pub found: FacetCount,
    pub is_chosen: bool,
}

/// An option with its values, in the order in which they are offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionFacet {
    pub name: String,
    pub values: Vec<FacetValue>,
}

/// What is rated so, or better.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingChoice {
    pub floor: RatingFloor,
    pub found: FacetCount,
    pub is_chosen: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetsView {
    /// What variants differ by, those first that most products have.
    pub options: Vec<OptionFacet>,
    /// The highest first; empty where nothing is rated, and none is asked for.
    #[serde(default)]
    pub ratings: Vec<RatingChoice>,
    /// Those that most products have, by name.
    #[serde(default)]
    pub tags: Vec<FacetValue>,
    /// What can be had now.
    pub in_stock: FacetCount,
    /// The lowest and the highest price under the other filters, where it is known.
    pub prices: Option<(Money, Money)>,
    /// Where all filters together leave nothing: those without which something is left, as far as is known.
    #[serde(default)]
    pub filter_removals: Vec<FilterRemoval>,
}

/// What narrows a listing: all values of an option, all tags, both prices, what can be had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilterKind {
    Option(String),
    Tags,
    Rating,
    Price,
    InStock,
}

impl FilterKind {
    /// The same listing, from its first page, whatever this filter would say.
    #[must_use]
    pub fn removed_from(&self, query: &ListingQuery) -> ListingQuery {
        let first = query.on_page(1);
        match self {
            Self::Option(name) => ListingQuery { options: query.options.without_option(name), ..first },
            Self::Tags => ListingQuery { tags: TagFilters::default(), ..first },
            Self::Rating => ListingQuery { rating: None, ..first },
            Self::Price => ListingQuery { min_price: None, max_price: None, ..first },
            Self::InStock => ListingQuery { in_stock: false, ..first },
        }
    }
}

/// A filter without which the others leave something, and how many products where they are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterRemoval {
    pub without: FilterKind,
    pub found: Option<FacetCount>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_says_how_many_or_how_many_at_least() {
        for (count, is_exact, words) in [
            (0, true, Some("0")),
            (1_000, true, Some("1000")),
            (0, false, None),
            (34, false, Some("34+")),
            (999, false, Some("999+")),
            (1_000, false, Some("1,000+")),
            (1_001, false, Some("1,000+")),
        ] {
            assert_eq!(FacetCount { count, is_exact }.words().as_deref(), words, "{count}");
        }
    }
}
