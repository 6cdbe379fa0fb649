//! What a listing may be narrowed by further. The store counts, within a bound; what is offered, and in which order, is decided
//! here.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use time::{Duration, OffsetDateTime};

use crate::domain::{Money, OptionFilters, compare_choices};
use crate::dto::{FacetCount, FacetValue, FacetsView, ListingQuery, OptionFacet};

use super::super::{Result, Shop, Store};
use super::search::Search;

/// Among how many products is counted. So a listing costs the same however many there are.
pub const FACETED_PRODUCTS: u32 = 1_000;
/// How many options are offered.
const MOST_OPTIONS: usize = 6;
/// How many values of an option are.
const MOST_VALUES: usize = 24;

/// How many products have a variant with this value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueCount {
    pub name: String,
    pub value: String,
    pub products: u32,
}

/// Products, at most one more than `FACETED_PRODUCTS` of them, and the values of those of their variants that are let through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FacetedSet {
    pub products: u32,
    pub values: Vec<ValueCount>,
}

impl FacetedSet {
    const fn is_whole(&self) -> bool {
        self.products <= FACETED_PRODUCTS
    }

    fn count(&self, name: &str, value: &str) -> FacetCount {
        let found = self.values.iter().find(|found| found.name == name && found.value == value);
        FacetCount { count: found.map_or(0, |found| found.products), is_exact: self.is_whole() }
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
    /// How many of `narrowed`, or else of `base`, can be had now.
    pub in_stock: u32,
    /// Of variants that the other filters let through; none where there is no product, or more than are looked at.
    pub prices: Option<(Money, Money)>,
}

pub trait FacetViews {
    /// One round trip. `search` is what is typed in `query`, read.
    fn facet_sets(&self, query: &ListingQuery, search: &Search) -> impl Future<Output = Result<FacetSets>> + Send;
}

/// How long what was counted for a whole category is shown: whoever looks at one sees the same.
const SHOWN_FOR: Duration = Duration::SECOND;
/// Of so many categories at once.
const MOST_SHOWN: usize = 256;

/// What was counted for categories a moment ago, by their slugs; none: for all products.
#[derive(Default)]
pub(in super::super) struct RecentFacets(Mutex<HashMap<Option<String>, (OffsetDateTime, FacetsView)>>);

impl RecentFacets {
    fn of(&self, category: Option<&String>, now: OffsetDateTime) -> Option<FacetsView> {
        let shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, facets) = shown.get(&category.cloned())?;
        (now - *at < SHOWN_FOR).then(|| facets.clone())
    }

    fn keep(&self, category: Option<&String>, now: OffsetDateTime, facets: &FacetsView) {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.len() >= MOST_SHOWN {
            shown.clear();
        }
        shown.insert(category.cloned(), (now, facets.clone()));
    }
}

impl<S: Store> Shop<S> {
    /// What `query` may be narrowed by further. Of a category as a whole, or of all products, as it was a second ago at most.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub(super) async fn facets(&self, query: &ListingQuery, search: &Search) -> Result<FacetsView> {
        let is_whole = query.q.is_none() && query.filter_count() == 0;
        let (recent, category, now) = (self.recent_facets(), query.category.as_ref(), self.now());
        if let Some(facets) = recent.of(category, now).filter(|_| is_whole) {
            return Ok(facets);
        }
        let facets = facets_of(&query.options, &self.store().facet_sets(query, search).await?);
        if is_whole {
            recent.keep(category, now, &facets);
        }
        Ok(facets)
    }
}

/// All values that the products of the listing's words and category have, and those asked for; of a filter's own option the
/// counts are of what the other filters leave.
fn facets_of(asked: &OptionFilters, sets: &FacetSets) -> FacetsView {
    // By name: how many products have the option, as far as is known, and its values with how many have them.
    let mut known: HashMap<String, HashMap<String, u32>> = HashMap::new();
    let all = sets.without.values().chain(&sets.narrowed).chain([&sets.base]);
    for found in all.flat_map(|set| &set.values) {
        let values = known.entry(found.name.clone()).or_default();
        let most = values.entry(found.value.clone()).or_default();
        *most = found.products.max(*most);
    }
    for (name, value) in asked.pairs() {
        known.entry(name.to_owned()).or_default().entry(value.to_owned()).or_default();
    }
    let mut options: Vec<_> = known.into_iter().collect();
    options.sort_by_cached_key(|(name, values)| {
        (!asked.names(name), std::cmp::Reverse(values.values().copied().fold(0, u32::saturating_add)), name.clone())
    });
    options.truncate(MOST_OPTIONS);
    options.sort_by_cached_key(|(name, values)| {
        (std::cmp::Reverse(values.values().copied().fold(0, u32::saturating_add)), name.clone())
    });
    let facet = |(name, values): (String, HashMap<String, u32>)| {
        let set = sets.without.get(&name).or(sets.narrowed.as_ref()).unwrap_or(&sets.base);
        OptionFacet { values: offered(asked, &name, values, set), name }
    };
    FacetsView {
        options: options.into_iter().map(facet).collect(),
        in_stock: FacetCount {
            count: sets.in_stock,
            is_exact: sets.narrowed.as_ref().unwrap_or(&sets.base).is_whole(),
        },
        prices: sets.prices,
    }
}

/// Those that most products have, and those asked for, in the order of `compare_choices`.
fn offered(asked: &OptionFilters, name: &str, values: HashMap<String, u32>, set: &FacetedSet) -> Vec<FacetValue> {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by_cached_key(|(value, most)| (!asked.has(name, value), std::cmp::Reverse(*most), value.clone()));
    values.truncate(MOST_VALUES);
    values.sort_by(|(one, _), (other, _)| compare_choices(one, other));
    let offer = |(value, _): (String, u32)| FacetValue {
        found: set.count(name, &value),
        is_chosen: asked.has(name, &value),
        value,
    };
    values.into_iter().map(offer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(products: u32, values: &[(&str, &str, u32)]) -> FacetedSet {
        let value = |(name, value, products): &(&str, &str, u32)| ValueCount {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            products: *products,
        };
        FacetedSet { products, values: values.iter().map(value).collect() }
    }

    fn told(view: &FacetsView) -> Vec<String> {
        let value = |v: &FacetValue| {
            let (more, chosen) = (if v.found.is_exact { "" } else { "+" }, if v.is_chosen { "*" } else { "" });
            format!("{}{chosen} {}{more}", v.value, v.found.count)
        };
        let values = |o: &OptionFacet| o.values.iter().map(value).collect::<Vec<_>>().join(", ");
        view.options.iter().map(|option| format!("{}: {}", option.name, values(option))).collect()
    }

    #[test]
    fn an_option_is_counted_without_itself_and_the_others_under_it() {
        let base = set(9, &[("Size", "M", 4), ("Size", "S", 3), ("Colour", "Sand", 6), ("Colour", "Ink", 5)]);
        let mut asked = OptionFilters::default();
        asked.add("Colour", "Ink").unwrap();
        let sets = FacetSets {
            narrowed: Some(set(5, &[("Size", "M", 2), ("Colour", "Ink", 5)])),
            without: BTreeMap::from([("Colour".to_owned(), set(9, &[("Colour", "Sand", 6), ("Colour", "Ink", 5)]))]),
            base: base.clone(),
            ..FacetSets::default()
        };
        let view = facets_of(&asked, &sets);
        assert_eq!(told(&view), ["Colour: Ink* 5, Sand 6", "Size: S 0, M 2"]);
        assert!(view.options[1].values[0].found.is_none());
        let view = facets_of(&OptionFilters::default(), &FacetSets { base, ..FacetSets::default() });
        assert_eq!(told(&view), ["Colour: Ink 5, Sand 6", "Size: S 3, M 4"]);
    }

    #[test]
    fn beyond_what_is_looked_at_a_count_says_at_least_and_none_is_not_known() {
        let sets = FacetSets {
            base: set(1_001, &[("Size", "M", 700), ("Size", "S", 3)]),
            narrowed: Some(set(1_001, &[("Size", "M", 900)])),
            in_stock: 870,
            ..FacetSets::default()
        };
        let view = facets_of(&OptionFilters::default(), &sets);
        assert_eq!(told(&view), ["Size: S 0+, M 900+"]);
        assert!(!view.options[0].values[0].found.is_none());
        assert_eq!(view.in_stock, FacetCount { count: 870, is_exact: false });
    }

    #[test]
    fn what_is_offered_is_bounded_and_what_was_asked_for_is_there() {
        let names: Vec<String> = (0..40).map(|n| format!("o{n:02}")).collect();
        let mut values: Vec<_> = names.iter().map(|name| (name.as_str(), "x", 9)).collect();
        values.extend(names.iter().map(|value| ("o07", value.as_str(), 3)));
        let mut asked = OptionFilters::default();
        asked.add("Foreign", "Thing").unwrap();
        asked.add("o07", "zz").unwrap();
        let view = facets_of(&asked, &FacetSets { base: set(9, &values), ..FacetSets::default() });
        assert_eq!(view.options.len(), 6);
        let of = |name: &str| view.options.iter().find(|option| option.name == name).unwrap();
        assert_eq!(of("o07").values.len(), 24);
        assert!(of("o07").values.iter().any(|v| v.value == "zz" && v.is_chosen));
        assert_eq!(of("Foreign").values[0].found, FacetCount { count: 0, is_exact: true });
    }
}
