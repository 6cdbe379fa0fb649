//! What a listing may be narrowed by further. The store counts (`facet_sets`); what is offered, and in which order, is decided here.

use std::collections::HashMap;

use crate::domain::{OptionFilters, RatingFloor, TagFilters, compare_choices};
use crate::dto::{
    FacetValue, FacetsView, FilterKind, FilterRemoval, ListingQuery, ListingView, OptionFacet, RatingChoice,
};

use super::super::{Result, Shop, Store};
use super::facet_sets::{FACETED_PRODUCTS, FacetSets, FacetedSet, MOST_TAGS};
use super::listing::Listed;
use super::search::Search;

/// How many options are offered.
const MOST_OPTIONS: usize = 6;
/// How many values of an option are.
const MOST_VALUES: usize = 24;

impl<S: Store> Shop<S> {
    /// What a listing may be narrowed by further. Of a category as a whole, or of all products, as it was a second ago at most:
    /// whoever looks at one sees the same.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub(super) async fn facets(&self, listing: &ListingView, search: &Search) -> Result<FacetsView> {
        let query = &listing.query;
        if !query.is_whole() {
            let listed = &Listed::of(listing, search);
            return Ok(facets_of(query, &self.shown(|store| store.facet_sets(query, search, listed)).await?));
        }
        let (recent, now) = (self.recent_facets(), self.read_at());
        if let Some(facets) = recent.get(&query.category, now) {
            return Ok(facets);
        }
        // Kept for others, among them whoever has just changed something: never from a replica.
        let facets = facets_of(query, &self.store().facet_sets(query, search, &Listed::Unknown).await?);
        recent.keep(query.category.clone(), now, facets.clone());
        Ok(facets)
    }
}

fn facets_of(query: &ListingQuery, sets: &FacetSets) -> FacetsView {
    FacetsView {
        options: options_of(&query.options, sets),
        ratings: ratings_of(query.rating, sets),
        tags: tags_of(&query.tags, sets),
        in_stock: sets.left().so_many(sets.in_stock),
        prices: sets.prices,
        filter_removals: filter_removals(query, sets),
    }
}

/// Of what was counted anyway.
fn filter_removals(query: &ListingQuery, sets: &FacetSets) -> Vec<FilterRemoval> {
    if query.filter_count() == 0 || sets.left().products > 0 {
        return Vec::new();
    }
    let counted = |without, set: &FacetedSet| {
        (set.products > 0)
            .then(|| FilterRemoval { without, found: Some(set.so_many(set.products.min(FACETED_PRODUCTS))) })
    };
    let options = sets.without.iter().filter_map(|(name, set)| counted(FilterKind::Option(name.clone()), set));
    let tags = sets.without_tags.as_ref().and_then(|set| counted(FilterKind::Tags, set));
    let rating = sets.without_rating.as_ref().and_then(|set| counted(FilterKind::Rating, set));
    let is_priced = query.min_price.is_some() || query.max_price.is_some();
    // Told under the other filters: where there are prices, there are products.
    let price = sets.prices.filter(|_| is_priced).map(|_| FilterRemoval { without: FilterKind::Price, found: None });
    // Without the one filter there is, all is left that words and category leave; beside others it is not counted.
    let is_in_stock_alone = query.in_stock && query.filter_count() == 1;
    let in_stock = is_in_stock_alone.then(|| counted(FilterKind::InStock, &sets.base)).flatten();
    options.chain(tags).chain(rating).chain(price).chain(in_stock).collect()
}

/// All values that the products of the listing's words and category have, and those asked for; of a filter's own option the
/// counts are of what the other filters leave.
fn options_of(asked: &OptionFilters, sets: &FacetSets) -> Vec<OptionFacet> {
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
        let set = sets.without.get(&name).unwrap_or_else(|| sets.left());
        OptionFacet { values: offered(asked, &name, values, set), name }
    };
    options.into_iter().map(facet).collect()
}

/// All of them, once anything of the listing's words and category is rated, or one is asked for.
fn ratings_of(asked: Option<RatingFloor>, sets: &FacetSets) -> Vec<RatingChoice> {
    let set = sets.without_rating.as_ref().unwrap_or_else(|| sets.left());
    let is_rated = |set: &FacetedSet| set.rated.iter().any(|count| *count > 0);
    if asked.is_none() && !is_rated(&sets.base) && !is_rated(set) {
        return Vec::new();
    }
    let choice = |floor| RatingChoice { floor, found: set.count_rated(floor), is_chosen: asked == Some(floor) };
    RatingFloor::ALL.map(choice).into()
}

/// Those that most products of the listing's words and category have, and those asked for, by name.
fn tags_of(asked: &TagFilters, sets: &FacetSets) -> Vec<FacetValue> {
    let set = sets.without_tags.as_ref().unwrap_or_else(|| sets.left());
    let most = sets.base.tags.iter().map(|found| &found.tag).filter(|tag| !asked.has(tag));
    let mut tags: Vec<&String> = asked.iter().chain(most).take(MOST_TAGS as usize).collect();
    tags.sort_by(|one, other| compare_choices(one, other));
    let offer = |tag: &String| FacetValue { found: set.count_tag(tag), is_chosen: asked.has(tag), value: tag.clone() };
    tags.into_iter().map(offer).collect()
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
    use std::collections::BTreeMap;

    use super::super::facet_sets::{TagCount, ValueCount};
    use super::*;
    use crate::domain::{Currency, Money};
    use crate::dto::FacetCount;

    fn set(products: u32, values: &[(&str, &str, u32)]) -> FacetedSet {
        let value = |(name, value, products): &(&str, &str, u32)| ValueCount {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            products: *products,
        };
        FacetedSet { products, values: values.iter().map(value).collect(), ..FacetedSet::default() }
    }

    fn asking(options: &OptionFilters) -> ListingQuery {
        ListingQuery { options: options.clone(), ..ListingQuery::default() }
    }

    fn facet_lines(view: &FacetsView) -> Vec<String> {
        let value = |v: &FacetValue| {
            let (more, chosen) = (if v.found.is_exact { "" } else { "+" }, if v.is_chosen { "*" } else { "" });
            format!("{}{chosen} {}{more}", v.value, v.found.count)
        };
        let values = |o: &OptionFacet| o.values.iter().map(value).collect::<Vec<_>>().join(", ");
        view.options.iter().map(|option| format!("{}: {}", option.name, values(option))).collect()
    }

    #[test]
    fn all_that_words_found_is_known_from_their_one_page() {
        let listing = ListingView {
            query: ListingQuery { q: Some("gramophone".into()), ..ListingQuery::default() },
            category: None,
            products: Vec::new(),
            total: 0,
            total_is_exact: true,
            pages: 1,
            next: None,
            earlier: None,
            note: None,
            categories: Vec::new(),
            everywhere: None,
            facets: None,
            variant: None,
            correction: None,
            nothing: None,
        };
        let word = || "'gramophon'".to_owned();
        let search = Search::Words { whole: word(), beginning: word(), sku: None };
        assert_eq!(Listed::of(&listing, &search), Listed::All(Vec::new()));
        assert_eq!(
            Listed::of(&ListingView { total: 1, ..listing.clone() }, &search),
            Listed::Unknown,
            "there is another page"
        );
        let query = ListingQuery { in_stock: true, ..listing.query.clone() };
        assert_eq!(Listed::of(&ListingView { query, ..listing.clone() }, &search), Listed::Unknown, "it is narrowed");
        let more = ListingView { total: 1_000, total_is_exact: false, ..listing.clone() };
        assert_eq!(Listed::of(&more, &search), Listed::TooMany);
        for search in [Search::All, Search::NoWords] {
            assert_eq!(Listed::of(&listing, &search), Listed::Unknown, "{search:?}");
        }
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
        let view = facets_of(&asking(&asked), &sets);
        assert_eq!(facet_lines(&view), ["Colour: Ink* 5, Sand 6", "Size: S 0, M 2"]);
        assert!(view.options[1].values[0].found.is_none());
        let view = facets_of(&ListingQuery::default(), &FacetSets { base, ..FacetSets::default() });
        assert_eq!(facet_lines(&view), ["Colour: Ink 5, Sand 6", "Size: S 3, M 4"]);
    }

    #[test]
    fn beyond_what_is_looked_at_a_count_says_at_least_and_none_is_not_known() {
        let sets = FacetSets {
            base: set(1_001, &[("Size", "M", 700), ("Size", "S", 3)]),
            narrowed: Some(set(1_001, &[("Size", "M", 900)])),
            in_stock: 870,
            ..FacetSets::default()
        };
        let view = facets_of(&ListingQuery::default(), &sets);
        assert_eq!(facet_lines(&view), ["Size: S 0+, M 900+"]);
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
        let view = facets_of(&asking(&asked), &FacetSets { base: set(9, &values), ..FacetSets::default() });
        assert_eq!(view.options.len(), 6);
        let of = |name: &str| view.options.iter().find(|option| option.name == name).unwrap();
        assert_eq!(of("o07").values.len(), 24);
        assert!(of("o07").values.iter().any(|v| v.value == "zz" && v.is_chosen));
        assert_eq!(of("Foreign").values[0].found, FacetCount { count: 0, is_exact: true });
    }

    #[test]
    fn where_all_filters_leave_nothing_those_are_named_without_which_something_is_left() {
        let mut asked = OptionFilters::default();
        asked.add("Colour", "Ink").unwrap();
        asked.add("Size", "M").unwrap();
        let tags = TagFilters::from(vec!["wool".to_owned()]);
        let query = ListingQuery { rating: RatingFloor::new(4), max_price: Some("9".into()), tags, ..asking(&asked) };
        let price = Money::parse("12.00", Currency::USD).unwrap();
        let sets = FacetSets {
            base: set(9, &[]),
            narrowed: Some(set(0, &[])),
            without: BTreeMap::from([("Colour".to_owned(), set(3, &[])), ("Size".to_owned(), set(0, &[]))]),
            without_rating: Some(set(1_001, &[])),
            without_tags: Some(set(0, &[])),
            prices: Some((price, price)),
            ..FacetSets::default()
        };
        let found = |count, is_exact| Some(FacetCount { count, is_exact });
        let expected = [
            FilterRemoval { without: FilterKind::Option("Colour".into()), found: found(3, true) },
            FilterRemoval { without: FilterKind::Rating, found: found(1_000, false) },
            FilterRemoval { without: FilterKind::Price, found: None },
        ];
        assert_eq!(facets_of(&query, &sets).filter_removals, expected);
        let rest = |removal: &FilterRemoval| removal.without.removed_from(&query.on_page(3)).href();
        assert_eq!(rest(&expected[0]), "/products?max_price=9&rating=4&tag=wool&option.Size=M");
        assert_eq!(rest(&expected[2]), "/products?rating=4&tag=wool&option.Colour=Ink&option.Size=M");
        let some = FacetSets { narrowed: Some(set(1, &[])), ..sets.clone() };
        assert!(facets_of(&query, &some).filter_removals.is_empty(), "something is left");
        let query = ListingQuery { in_stock: true, ..ListingQuery::default() };
        let alone = FacetSets { base: set(9, &[]), narrowed: Some(set(0, &[])), ..FacetSets::default() };
        let in_stock = FilterRemoval { without: FilterKind::InStock, found: found(9, true) };
        assert_eq!(facets_of(&query, &alone).filter_removals, std::slice::from_ref(&in_stock));
        assert_eq!(in_stock.without.removed_from(&query).href(), "/products");
        let both = ListingQuery { rating: RatingFloor::new(4), ..query };
        assert!(facets_of(&both, &alone).filter_removals.is_empty(), "beside others it is not counted");
        let none = FacetSets { base: set(0, &[]), ..FacetSets::default() };
        assert!(facets_of(&ListingQuery::default(), &none).filter_removals.is_empty(), "nothing narrows it");
    }

    #[test]
    fn ratings_are_offered_where_anything_is_rated_each_with_what_is_better() {
        let rated = |rated| FacetedSet { products: 9, rated, ..FacetedSet::default() };
        let told = |rating: Option<RatingFloor>, sets: FacetSets| {
            let query = ListingQuery { rating, ..ListingQuery::default() };
            let choice = |c: &RatingChoice| (c.floor.stars(), c.found.count, c.is_chosen);
            facets_of(&query, &sets).ratings.iter().map(choice).collect::<Vec<_>>()
        };
        let base = rated([1, 0, 2, 1, 3]);
        let sets = FacetSets { base: base.clone(), ..FacetSets::default() };
        assert_eq!(told(None, sets), [(4, 4, false), (3, 6, false), (2, 6, false), (1, 7, false)]);
        assert!(told(None, FacetSets { base: rated([0; 5]), ..FacetSets::default() }).is_empty());
        let narrowed = FacetSets { base: base.clone(), narrowed: Some(rated([0; 5])), ..FacetSets::default() };
        assert_eq!(told(None, narrowed)[0], (4, 0, false), "none is left, and it stays in sight");
        let asked = RatingFloor::new(3);
        let sets = FacetSets { narrowed: Some(rated([0; 5])), without_rating: Some(base), ..FacetSets::default() };
        assert_eq!(told(asked, sets), [(4, 4, false), (3, 6, true), (2, 6, false), (1, 7, false)]);
        assert_eq!(told(asked, FacetSets::default()).len(), 4, "what was asked for can be taken back");
    }

    #[test]
    fn tags_are_those_that_most_have_and_those_asked_for() {
        let tagged = |tags: &[(&str, u32)]| FacetedSet {
            products: 9,
            tags: tags.iter().map(|(tag, products)| TagCount { tag: (*tag).to_owned(), products: *products }).collect(),
            ..FacetedSet::default()
        };
        let told = |asked: &[&str], sets: &FacetSets| {
            let tags = TagFilters::from(asked.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>());
            let view = facets_of(&ListingQuery { tags, ..ListingQuery::default() }, sets);
            let value = |v: &FacetValue| format!("{}{} {}", v.value, if v.is_chosen { "*" } else { "" }, v.found.count);
            view.tags.iter().map(value).collect::<Vec<_>>()
        };
        let base = tagged(&[("wool", 5), ("linen", 2)]);
        let sets = FacetSets { base: base.clone(), narrowed: Some(tagged(&[("wool", 3)])), ..FacetSets::default() };
        assert_eq!(told(&[], &sets), ["linen 0", "wool 3"]);
        let sets = FacetSets { base, without_tags: Some(tagged(&[("wool", 4), ("new", 1)])), ..FacetSets::default() };
        assert_eq!(told(&["new"], &sets), ["linen 0", "new* 1", "wool 4"]);
        let many: Vec<String> = (0..20).map(|n| format!("t{n:02}")).collect();
        let many: Vec<_> = many.iter().map(|tag| (tag.as_str(), 2)).collect();
        let sets = FacetSets { base: tagged(&many), ..FacetSets::default() };
        let told = told(&["zz"], &sets);
        assert_eq!((told.len(), told[19].as_str()), (20, "zz* 0"));
    }
}
