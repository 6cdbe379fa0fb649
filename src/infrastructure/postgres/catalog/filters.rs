//! What narrows a listing, as conditions of a statement: which products a query lets through.

use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};

use crate::domain::{Currency, Money, OptionFilter, OptionFilters, RatingFloor, TagFilters};
use crate::dto::ListingQuery;
use crate::usecase::Search;

use super::cards::RATED_TENTH;
use super::keyset::MOST;

/// Between an option's name and its value in a variant's `facets`.
pub(super) const SEPARATOR: char = '\u{1f}';

/// An option's values that will do, as variants have them.
pub(super) fn pairs(option: &OptionFilter) -> Vec<String> {
    option.values.iter().map(|value| format!("{}{SEPARATOR}{value}", option.name)).collect()
}

/// Of so many products is looked up what costs more, where there are more than are counted.
pub(super) const LOOKED_UP: u32 = 250;
/// The same of those that filters leave, and of what they leave in other categories.
pub(super) const LOOKED_UP_NARROWED: u32 = 100;

/// Between two facets of one variant in a product's `facet_pairs`.
const PAIR_SEPARATOR: char = '\u{1e}';

/// Any value of one option with any of another, as products have them (migration 0280).
fn both(one: &OptionFilter, other: &OptionFilter) -> Vec<String> {
    let (one, other) = (pairs(one), pairs(other));
    let pair = |(a, b): (&String, &String)| format!("{}{PAIR_SEPARATOR}{}", a.min(b), a.max(b));
    one.iter().flat_map(|a| other.iter().map(move |b| (a, b))).map(pair).collect()
}

/// What any order of the products `c` needs.
pub(super) const ORDERED: &str = "c.id, c.created_at, c.price, c.sold, c.rated, c.position";

/// One of sixteen products, of which indexes of their own have the words and the pairs of options (migrations 0310 and 0311), and the
/// others. What more of the sixteenth have than are counted is found by those alone: the index of all tells half a million that have
/// a common word before it tells of one, and forgets meanwhile which they were, so that whole pages are read for each.
const IS_SAMPLED: &str = "right(c.id::text, 1) = '0'";
pub(super) const IS_NOT_SAMPLED: &str = "right(c.id::text, 1) <> '0'";
/// The same of one in 256, by their words (migration 0312), and the others of the sixteenth.
pub(super) const IS_SMALL_SAMPLE: &str = "right(c.id::text, 2) = '00'";
pub(super) const IS_REST_OF_SAMPLE: &str = "right(c.id::text, 1) = '0' and right(c.id::text, 2) <> '00'";

/// The filters of a query, read. A statement holds only those that narrow something, so that each is planned for what it
/// does.
#[derive(Clone)]
pub(super) struct Filters {
    pub(super) search: Search,
    pub(super) min_price: Option<Decimal>,
    pub(super) max_price: Option<Decimal>,
    pub(super) in_stock: bool,
    pub(super) options: OptionFilters,
    pub(super) rating: Option<RatingFloor>,
    pub(super) tags: TagFilters,
    pub(super) category: Option<String>,
}

impl Filters {
    pub(super) fn of(query: &ListingQuery, search: &Search, currency: Currency) -> Self {
        Self {
            search: search.clone(),
            min_price: amount(query.min_price.as_deref(), currency),
            max_price: amount(query.max_price.as_deref(), currency),
            in_stock: query.in_stock,
            options: query.options.clone(),
            rating: query.rating,
            tags: query.tags.clone(),
            category: query.category.as_deref().map(printable),
        }
    }

    pub(super) const fn has_words(&self) -> bool {
        matches!(self.search, Search::Words { .. })
    }

    /// Whether there is more than words and a category.
    pub(super) const fn narrows(&self) -> bool {
        self.min_price.is_some()
            || self.max_price.is_some()
            || self.in_stock
            || self.rating.is_some()
            || self.has_values()
    }

    /// Whether options or tags are asked for, of which some are rare and some common: their statement is planned for those, each
    /// time. A rare one is looked up, a common one met on the way, and a plan for any of them would do one or the other.
    pub(super) const fn has_values(&self) -> bool {
        !self.options.is_empty() || !self.tags.is_empty()
    }

    /// Whether all products are let through, of whatever category.
    pub(super) const fn is_everything(&self) -> bool {
        matches!(self.search, Search::All) && !self.narrows()
    }

    /// The category, where nothing else is asked for.
    pub(super) fn category_alone(&self) -> Option<&str> {
        self.category.as_deref().filter(|_| self.is_everything())
    }

    /// Adds the products `c` that are let through; more conditions may follow. Of a search, `m` says how they fit.
    pub(super) fn push_from(&self, sql: &mut QueryBuilder<Postgres>) {
        self.push_from_category(sql, self.category.as_deref());
    }

    /// The same without regard to the category asked for.
    pub(super) fn push_from_any_category(&self, sql: &mut QueryBuilder<Postgres>) {
        self.push_from_category(sql, None);
    }

    fn push_from_category(&self, sql: &mut QueryBuilder<Postgres>, category: Option<&str>) {
        match &self.search {
            Search::All => {
                sql.push(" from product_cards() c where true");
                self.push_conditions(sql, category);
            }
            Search::NoWords => {
                sql.push(" from product_cards() c where false");
            }
            Search::Words { .. } => {
                sql.push(" from (");
                self.push_searched(sql, category, false, "");
                sql.push(") m join product_cards() c on c.id = m.id where true");
            }
        }
    }

    /// Adds `columns` of at most `most` of the products `c` that are let through. `more` narrows them, too.
    pub(super) fn push_found(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        columns: &str,
        category: Option<&str>,
        more: &str,
        most: u32,
    ) {
        let options = self.options.iter().count();
        if category.is_none() && self.is_between_prices() {
            self.push_between(sql, columns, more, most);
            return;
        }
        if !matches!(self.search, Search::All) || options == 0 || options == 1 && category.is_none() {
            sql.push(format_args!("select {columns}"));
            self.push_from_category(sql, category);
        } else if let Some(category) = category {
            sql.push(format_args!("select {columns} from product_cards() c where true"));
            self.push_options_in_category(sql, category);
            self.push_prices_and_what_is_said(sql);
            self.push_variant(sql);
        } else {
            // The second half is not begun where the first is enough.
            sql.push("select * from (");
            for (before, half) in [("", IS_SAMPLED), (" union all ", IS_NOT_SAMPLED)] {
                sql.push(format_args!("{before}(select {columns} from product_cards() c where {half}"));
                self.push_conditions(sql, None);
                sql.push(format_args!("{more} limit {most})"));
            }
            sql.push(format_args!(") c limit {most}"));
            return;
        }
        sql.push(format_args!("{more} limit {most}"));
    }

    /// The ids of what a search finds, at most `most`: no product is looked up once more.
    pub(super) fn push_searched_ids(&self, sql: &mut QueryBuilder<Postgres>, most: u32) {
        sql.push("select c.id from (");
        self.push_searched(sql, self.category.as_deref(), false, "");
        sql.push(format_args!(") c limit {most}"));
    }

    /// Whether a statement that `begin_statement` began has `found`.
    pub(super) const fn has_found(&self) -> bool {
        self.has_words() || self.narrows()
    }

    /// Begins a statement, in which more CTEs follow. What fits a search, or what filters let through, is looked for once, however
    /// often the statement asks for it: as `found`, of as many as are counted and some more, which `push_from_found` reads. `more`
    /// narrows it, too.
    pub(super) fn begin_statement(&self, more: &str) -> QueryBuilder<Postgres> {
        let mut sql = QueryBuilder::new("with ");
        if self.has_found() {
            sql.push("found as materialized (");
            if self.has_words() {
                self.push_searched(&mut sql, self.category.as_deref(), true, more);
            } else {
                self.push_found(&mut sql, "c.id, c.category", self.category.as_deref(), more, MOST + 1);
            }
            sql.push("), ");
        }
        if let Some(category) = self.narrowed_category() {
            sql.push(
                "narrow as materialized (select count(*) * count(*) < (select count(*) from categories) as is_narrow
                    from categories b where b.path @> array[",
            )
            .push_bind(category.to_owned())
            .push("]), ");
        }
        sql
    }

    /// The category, where filters narrow it and no words do.
    pub(super) fn narrowed_category(&self) -> Option<&str> {
        self.category.as_deref().filter(|_| self.narrows() && matches!(self.search, Search::All))
    }

    /// As `push_from`, in a statement that `begin_statement` began.
    pub(super) fn push_from_found(&self, sql: &mut QueryBuilder<Postgres>) {
        if self.has_words() {
            sql.push(" from found m join product_cards() c on c.id = m.id where true");
        } else {
            self.push_from(sql);
        }
    }

    /// Adds how many are let through, so far as they are counted, as `total`; `more` narrows them, too, if they were not `found`.
    pub(super) fn push_total(&self, sql: &mut QueryBuilder<Postgres>, more: &str) {
        sql.push("select count(*) as total from (select 1");
        if self.has_found() {
            sql.push(" from found");
        } else {
            self.push_from(sql);
            sql.push(more);
        }
        sql.push(format_args!(" limit {}) c", MOST + 1));
    }

    /// What narrows the products `c` besides words.
    pub(super) fn push_conditions(&self, sql: &mut QueryBuilder<Postgres>, category: Option<&str>) {
        if let Some(category) = category {
            sql.push(" and c.category = any(array(select b.slug from categories b where b.path @> array[")
                .push_bind(category.to_owned())
                .push("]))");
        }
        self.push_prices_and_what_is_said(sql);
        let options: Vec<&OptionFilter> = self.options.iter().collect();
        if let [option] = options.as_slice() {
            sql.push(" and c.facets && ").push_bind(pairs(option));
        }
        for (place, one) in options.iter().enumerate() {
            for other in options.iter().skip(place + 1) {
                sql.push(" and c.facet_pairs && ").push_bind(both(one, other));
            }
        }
        self.push_variant(sql);
    }

    /// Category and options by the index that has both together (migration 0327): a category has tens of thousands of products, and an
    /// option hundreds of thousands, of which few are the other's. Which two stand together is asked of the products that are found.
    fn push_options_in_category(&self, sql: &mut QueryBuilder<Postgres>, category: &str) {
        for option in self.options.iter() {
            sql.push(
                " and facets_in_category(c.category, c.facets) && array(select unnest(facets_in_category(b.slug, ",
            )
            .push_bind(pairs(option))
            .push(")) from categories b where b.path @> array[")
            .push_bind(category.to_owned())
            .push("])");
        }
        let options: Vec<&OptionFilter> = self.options.iter().collect();
        for (place, one) in options.iter().enumerate() {
            for other in options.iter().skip(place + 1) {
                sql.push(" and (c.facet_pairs && ").push_bind(both(one, other)).push(") is true");
            }
        }
    }

    /// Prices, stars and tags.
    fn push_prices_and_what_is_said(&self, sql: &mut QueryBuilder<Postgres>) {
        // Where two options are asked for, products are found by those. Half a million that are cheap enough are no help, and the
        // planner would look them up, too, in their index, which has no such sum.
        let sum = if self.options.iter().count() > 1 { " + 0" } else { "" };
        if let Some(price) = self.min_price {
            sql.push(format_args!(" and c.max_price{sum} >= ")).push_bind(price);
        }
        if let Some(price) = self.max_price {
            sql.push(format_args!(" and c.price{sum} <= ")).push_bind(price);
        }
        if let Some(floor) = self.rating {
            // Written out, as a limit is: for each the planner knows how many are rated so.
            sql.push(format_args!(" and c.rated >= {}", least_rated(floor)));
        }
        if !self.tags.is_empty() {
            sql.push(" and c.tags && ").push_bind(Vec::<String>::from(self.tags.clone()));
        }
    }

    /// Its lowest and its highest price say whether there is a variant above or below one price, not between two; and what its variants
    /// have, whether there is one with an option, or with two, not with three, or with one at a price. Most products cost the same in
    /// all their variants, or nearly: where all of them have the price, or the cheapest or the dearest has, none is looked up.
    fn push_variant(&self, sql: &mut QueryBuilder<Postgres>) {
        let options = self.options.iter().count();
        let prices = usize::from(self.min_price.is_some()) + usize::from(self.max_price.is_some());
        if !self.in_stock && matches!((options, prices), (0, 0 | 1) | (1 | 2, 0)) {
            return;
        }
        if self.in_stock || options > 2 {
            sql.push(" and ");
            self.push_some_variant(sql);
            return;
        }
        let mut joined = "";
        sql.push(" and ((");
        if let Some(price) = self.min_price {
            sql.push("c.price >= ").push_bind(price);
            joined = if options == 0 { " or " } else { " and " };
        }
        if let Some(price) = self.max_price {
            sql.push(joined).push("c.max_price <= ").push_bind(price);
        }
        sql.push(") or ");
        self.push_some_variant(sql);
        sql.push(")");
    }

    /// Adds that one and the same variant of the product `c` is all that is asked for.
    fn push_some_variant(&self, sql: &mut QueryBuilder<Postgres>) {
        sql.push("coalesce((select true from product_variants v");
        if self.in_stock {
            sql.push(" join inventory i on i.variant_id = v.id and i.stock > 0");
        }
        sql.push(" where v.product_id = c.id and v.retired_at is null");
        for option in self.options.iter() {
            sql.push(" and v.facets && ").push_bind(pairs(option));
        }
        if let Some(price) = self.min_price {
            sql.push(" and v.price >= ").push_bind(price);
        }
        if let Some(price) = self.max_price {
            sql.push(" and v.price <= ").push_bind(price);
        }
        // By `limit` it is no join: the planner would read all variants, or all stock, to look at those of a thousand products.
        sql.push(" limit 1), false)");
    }
}

/// The lowest `products.rated` of what is rated so, or better.
pub(super) fn least_rated(floor: RatingFloor) -> u32 {
    u32::from(floor.stars()) * 10 * RATED_TENTH
}

/// A price that a listing is narrowed by; what is none narrows nothing.
fn amount(text: Option<&str>, currency: Currency) -> Option<Decimal> {
    text.and_then(|t| Money::parse(t, currency).ok()).map(|m| m.amount())
}

/// What a text column can hold.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}
