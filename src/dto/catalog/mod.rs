//! The home page, listings and product pages; products as staff and programs see them in a file of their own.

mod card;
mod facets;
mod image;
mod products;
mod reviews;
mod search;
mod unit_price;

use serde::{Deserialize, Serialize};

use crate::domain::{Money, OptionFilters, ProductId, Rating, RatingFloor, Sort, TagFilters, VariantId};

use super::percent::encoded;

pub use card::ProductCard;
pub use facets::{FacetCount, FacetValue, FacetsView, FilterKind, FilterRemoval, OptionFacet, RatingChoice};
pub use image::Image;
pub use products::{Page, ProductForm, ProductRecord, StockForm, VariantRecord};
pub use reviews::{CardRating, ProductReviews, ReviewQuery, ReviewView};
pub use search::{Correction, NothingFound, SuggestedProduct, SuggestionsView, VariantFound};
pub use unit_price::UnitPrice;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryTile {
    pub slug: String,
    pub name: String,
    pub description: String,
    pub image: Option<Image>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HomeView {
    pub categories: Vec<CategoryTile>,
    pub featured: Vec<ProductCard>,
}

/// What a listing shows, as its address says it. Values that make no sense are as good as absent: a listing has no
/// wrong addresses, only emptier ones.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct ListingQuery {
    /// Words searched for, trimmed, at most 100 characters.
    pub q: Option<String>,
    /// The words as they were typed: nothing else is shown in their place.
    #[serde(default)]
    pub exact: bool,
    /// A category's slug.
    pub category: Option<String>,
    /// Plain amounts in the shop's currency: `"12.50"`.
    pub min_price: Option<String>,
    pub max_price: Option<String>,
    pub in_stock: bool,
    #[serde(default)]
    pub rating: Option<RatingFloor>,
    #[serde(default)]
    pub tags: TagFilters,
    #[serde(default)]
    pub options: OptionFilters,
    pub sort: Sort,
    /// From 1.
    pub page: u32,
    /// A cursor, as it was brought: the page goes on behind it, and `page` says nothing.
    #[serde(default)]
    pub after: Option<String>,
    /// The same for a page that ends before it.
    #[serde(default)]
    pub before: Option<String>,
}

impl ListingQuery {
    /// How many products a page shows.
    pub const PER_PAGE: u32 = 24;
    /// How many products pages with a number reach, and so many are counted.
    pub const MOST_COUNTED: u32 = 1_000;
    /// How the name of a field begins that asks for values of an option.
    const OPTION: &str = "option.";

    /// The field, of an address or a form, that asks for values of this option.
    pub fn option_field(name: &str) -> String {
        format!("{}{name}", Self::OPTION)
    }

    /// The option whose values a field asks for; none: it asks for something else.
    pub fn option_of(field: &str) -> Option<&str> {
        field.strip_prefix(Self::OPTION)
    }

    /// The address of this listing; `page` 1 and defaults are left out, so that each listing has one address.
    pub fn href(&self) -> String {
        const PATH: &str = "/products";
        let mut href = PATH.to_owned();
        let mut add = |name: &str, value: &str| {
            href.push(if href.len() == PATH.len() { '?' } else { '&' });
            href.push_str(name);
            href.push('=');
            href.push_str(&encoded(value));
        };
        let stars = self.rating.map(|floor| floor.stars().to_string());
        let page = (self.has_number() && self.page > 1).then(|| self.page.to_string());
        let first = [
            ("q", self.q.as_deref()),
            ("exact", self.exact.then_some("true")),
            ("category", self.category.as_deref()),
            ("min_price", self.min_price.as_deref()),
            ("max_price", self.max_price.as_deref()),
            ("in_stock", self.in_stock.then_some("true")),
            ("rating", stars.as_deref()),
        ];
        let sort = (self.sort != Sort::default()).then(|| self.sort.as_str());
        let (after, before) = (self.after.as_deref(), self.before.as_deref());
        let last = [("sort", sort), ("page", page.as_deref()), ("after", after), ("before", before)];
        first.into_iter().for_each(|(name, value)| value.into_iter().for_each(|value| add(name, value)));
        self.tags.iter().for_each(|tag| add("tag", tag));
        self.options.pairs().for_each(|(name, value)| add(&encoded(&Self::option_field(name)), value));
        last.into_iter().for_each(|(name, value)| value.into_iter().for_each(|value| add(name, value)));
        href
    }

    /// The same listing on another page.
    #[must_use]
    pub fn on_page(&self, page: u32) -> Self {
        Self { page, after: None, before: None, ..self.clone() }
    }

    /// Whether it is asked for by its number.
    pub const fn has_number(&self) -> bool {
        self.after.is_none() && self.before.is_none()
    }

    /// The same listing behind a cursor.
    #[must_use]
    pub fn going_on(&self, after: &str) -> Self {
        Self { after: Some(after.to_owned()), ..self.on_page(1) }
    }

    /// The same listing up to a cursor.
    #[must_use]
    pub fn going_back(&self, before: &str) -> Self {
        Self { before: Some(before.to_owned()), ..self.on_page(1) }
    }

    /// Another category (or none) from its first page.
    #[must_use]
    pub fn in_category(&self, category: Option<&str>) -> Self {
        Self { category: category.map(str::to_owned), ..self.on_page(1) }
    }

    /// Other words, taken as they are or not, from the first page.
    #[must_use]
    pub fn searching(&self, q: &str, exact: bool) -> Self {
        Self { q: Some(q.to_owned()), exact, ..self.on_page(1) }
    }

    #[must_use]
    pub fn sorted(&self, sort: Sort) -> Self {
        Self { sort, ..self.on_page(1) }
    }

    pub fn has_words(&self) -> bool {
        self.q.as_deref().is_some_and(|q| !q.trim().is_empty())
    }

    /// The order that it stands in: without words nothing fits better than another, and what came last comes first.
    pub fn order(&self) -> Sort {
        if self.sort == Sort::Relevance && !self.has_words() { Sort::Newest } else { self.sort }
    }

    /// The same without one value of an option, from the first page.
    #[must_use]
    pub fn without_option(&self, name: &str, value: &str) -> Self {
        Self { options: self.options.without(name, value), ..self.on_page(1) }
    }

    /// The same without one of the tags, from the first page.
    #[must_use]
    pub fn without_tag(&self, tag: &str) -> Self {
        Self { tags: self.tags.without(tag), ..self.on_page(1) }
    }

    /// The same words, category and order, and nothing that narrows them.
    #[must_use]
    pub fn without_filters(&self) -> Self {
        let Self { q, exact, category, sort, .. } = self.clone();
        Self { q, exact, category, sort, ..Self::default() }.on_page(1)
    }

    /// How many filters narrow its words and category: each price, each value of an option, each tag, how it is rated, and what is
    /// in stock.
    pub fn filter_count(&self) -> usize {
        let others = [self.min_price.is_some(), self.max_price.is_some(), self.in_stock, self.rating.is_some()];
        self.options.count() + self.tags.count() + others.into_iter().filter(|is_given| *is_given).count()
    }

    /// Whether it is a category as a whole, or everything: nothing was typed, and nothing narrows it.
    pub fn is_whole(&self) -> bool {
        self.q.is_none() && self.filter_count() == 0
    }

    /// Its address for search engines: its category page by page, and of what is narrowed or ordered otherwise the first page.
    pub fn canonical_href(&self) -> String {
        if self.filter_count() == 0 && self.sort == Sort::default() {
            return self.href();
        }
        Self { q: self.q.clone(), category: self.category.clone(), ..Self::default() }.on_page(1).href()
    }
}

/// A category and how many products of this listing's other filters stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryCount {
    pub slug: String,
    pub name: String,
    /// The slug of the category that it stands in; none: at the top.
    pub parent: Option<String>,
    /// Of its own and of those below it; where it is more than 1,000, some number above it.
    pub count: u32,
    /// Else there are at least so many: of more than 1,000 that a search or filters let through, no more are looked at.
    pub is_exact: bool,
}

impl CategoryCount {
    pub const fn found(&self) -> FacetCount {
        let is_whole = self.is_exact && self.count <= ListingQuery::MOST_COUNTED;
        FacetCount { count: self.count, is_exact: is_whole }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListingView {
    /// What was asked for, cleaned; `page` is one that exists.
    pub query: ListingQuery,
    /// The category asked for, if there is one of that name.
    pub category: Option<CategoryTile>,
    pub products: Vec<ProductCard>,
    /// At most 1,000.
    pub total: u32,
    /// Whether there are no more.
    pub total_is_exact: bool,
    /// How many pages have a number: at least 1. What lies behind them is reached by `next`.
    pub pages: u32,
    /// The cursor behind which the list goes on; none: this is its end, or a search, which has numbered pages alone.
    pub next: Option<String>,
    /// The cursor before which it stood; none: this page has a number, and so has the one before.
    pub earlier: Option<String>,
    /// Why it is another page than the address asked for.
    pub note: Option<PlaceNote>,
    pub categories: Vec<CategoryCount>,
    /// Of a search within a category, how many products it finds in whatever category, also in none.
    #[serde(default)]
    pub everywhere: Option<FacetCount>,
    /// What it may be narrowed by further; a page has it, the store leaves it out.
    pub facets: Option<FacetsView>,
    pub variant: Option<VariantFound>,
    /// Of a search that found next to nothing.
    pub correction: Option<Correction>,
    /// Of one that found nothing.
    pub nothing: Option<NothingFound>,
}

/// Why a listing shows its first page instead of the place that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlaceNote {
    /// What was brought is no place in this list.
    Unreadable,
    /// Nothing is there any more.
    Over,
}

/// A category on the way down to a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryStep {
    pub slug: String,
    pub name: String,
}

impl CategoryStep {
    /// The address of its listing.
    pub fn href(&self) -> String {
        ListingQuery::default().in_category(Some(&self.slug)).href()
    }
}

/// One option and its values, in the order in which variants name them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionGroup {
    pub name: String,
    pub values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantView {
    pub id: VariantId,
    pub sku: String,
    /// One value per option group, in their order.
    pub options: Vec<String>,
    pub price: Money,
    pub compare_at_price: Option<Money>,
    pub stock: u32,
    /// The name of the picture that shows it.
    pub image: Option<String>,
}

/// The lowest price of a variant in the 30 days before it was reduced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowestBefore {
    pub variant: VariantId,
    pub price: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductView {
    pub id: ProductId,
    pub slug: String,
    pub name: String,
    /// In Markdown; on its page, where `description_html` stands beside it, its words alone.
    pub description: String,
    /// What the page makes of it; the core leaves it empty.
    #[serde(default)]
    pub description_html: String,
    /// What search engines are told in place of its name and its description; empty: those.
    pub seo_title: String,
    pub seo_description: String,
    /// Its category, behind those that it stands below: from the top down.
    pub trail: Vec<CategoryStep>,
    pub images: Vec<Image>,
    pub options: Vec<OptionGroup>,
    /// At least one, in shelf order.
    pub variants: Vec<VariantView>,
    /// Of each variant that is reduced, where it is known. Not a part of the variants: those go to the browser.
    pub lowest_before: Vec<LowestBefore>,
    /// Of each variant of which it is said how much it holds.
    pub unit_prices: Vec<(VariantId, UnitPrice)>,
    /// Grams, of each variant that is sent and of which it is known.
    pub weights: Vec<(VariantId, u32)>,
    /// Whether any of it comes as a parcel.
    pub is_sent: bool,
    pub related: Vec<ProductCard>,
    #[serde(default)]
    pub tags: Vec<String>,
    /// Of reviews that are shown.
    #[serde(default)]
    pub rating: Rating,
    /// The newest of them: a few.
    #[serde(default)]
    pub reviews: Vec<ReviewView>,
}

impl ProductView {
    /// The variant an address asks for by sku, else the first in stock, else the first.
    pub fn chosen(&self, sku: Option<&str>) -> Option<&VariantView> {
        let asked = sku.and_then(|sku| self.variants.iter().find(|v| v.sku == sku));
        asked.or_else(|| self.variants.iter().find(|v| v.stock > 0)).or_else(|| self.variants.first())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_has_one_address() {
        let all = ListingQuery { page: 1, ..ListingQuery::default() };
        assert_eq!(all.href(), "/products");
        let query = ListingQuery { q: Some("tea & ö".into()), sort: Sort::PriceUp, page: 2, ..all };
        assert_eq!(query.href(), "/products?q=tea%20%26%20%C3%B6&sort=price_up&page=2");
        assert_eq!(
            query.in_category(Some("glass")).href(),
            "/products?q=tea%20%26%20%C3%B6&category=glass&sort=price_up"
        );
        assert_eq!(query.searching("tea", true).href(), "/products?q=tea&exact=true&sort=price_up");
    }
}
