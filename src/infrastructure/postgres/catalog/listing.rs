//! Listings: which products a query lets through, for pages and programs alike, and the listing of a page.

use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};

use crate::domain::{Currency, Money, OptionFilter, OptionFilters, ProductId};
use crate::dto::{CategoryCount, ListingQuery, ListingView, VariantFound};
use crate::usecase::{Place, Result, Search};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, to_u32};
use super::cards::{CardRecord, TileRecord, card, tile};
use super::keyset::{Found, KeyedPage, MOST, Paging, number};

/// Between an option's name and its value in a variant's `facets`.
pub(super) const SEPARATOR: char = '\u{1f}';

/// An option's values that will do, as variants have them.
pub(super) fn pairs(option: &OptionFilter) -> Vec<String> {
    option.values.iter().map(|value| format!("{}{SEPARATOR}{value}", option.name)).collect()
}

/// The filters of a query, read. A statement holds only those that narrow something, so that each is planned for what it
/// does.
#[derive(Clone)]
pub(super) struct Filters {
    search: Search,
    pub(super) min_price: Option<Decimal>,
    pub(super) max_price: Option<Decimal>,
    pub(super) in_stock: bool,
    pub(super) options: OptionFilters,
    category: Option<String>,
}

impl Filters {
    pub(super) fn of(query: &ListingQuery, search: &Search, currency: Currency) -> Self {
        Self {
            search: search.clone(),
            min_price: amount(query.min_price.as_deref(), currency),
            max_price: amount(query.max_price.as_deref(), currency),
            in_stock: query.in_stock,
            options: query.options.clone(),
            category: query.category.as_deref().map(printable),
        }
    }

    pub(super) const fn has_words(&self) -> bool {
        matches!(self.search, Search::Words { .. })
    }

    /// Whether there is more than words and a category.
    pub(super) const fn narrows(&self) -> bool {
        self.min_price.is_some() || self.max_price.is_some() || self.in_stock || !self.options.is_empty()
    }

    /// Whether all products are let through, of whatever category.
    const fn is_everything(&self) -> bool {
        matches!(self.search, Search::All) && !self.narrows()
    }

    /// Adds the products `c` that are let through; more conditions may follow. Of a search, `m` says how they fit.
    pub(super) fn push_from(&self, sql: &mut QueryBuilder<Postgres>) {
        self.push_from_category(sql, self.category.as_deref());
    }

    /// The same without regard to the category asked for.
    fn push_from_any_category(&self, sql: &mut QueryBuilder<Postgres>) {
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
            Search::Words { whole, beginning, sku } => {
                sql.push(" from (");
                self.push_searched(sql, [whole, beginning], sku.as_deref(), category);
                sql.push(") m join product_cards() c on c.id = m.id where true");
            }
        }
    }

    /// Begins a statement, in which more CTEs follow. What fits a search is looked for once, however often the statement asks for
    /// it: as `found`, which `push_from_found` reads.
    pub(super) fn begin(&self) -> QueryBuilder<Postgres> {
        let mut sql = QueryBuilder::new("with ");
        if let Search::Words { whole, beginning, sku } = &self.search {
            sql.push("found as materialized (");
            self.push_searched(&mut sql, [whole, beginning], sku.as_deref(), self.category.as_deref());
            sql.push("), ");
        }
        sql
    }

    /// As `push_from`, in a statement that `begin` began.
    pub(super) fn push_from_found(&self, sql: &mut QueryBuilder<Postgres>) {
        if self.has_words() {
            sql.push(" from found m join product_cards() c on c.id = m.id where true");
        } else {
            self.push_from(sql);
        }
    }

    /// Adds the products of a page, by their ids; `more` narrows them, too. Where `is_few`, in SQL, they are found by what they are
    /// and then sorted, and else met on the way through their order: the planner takes filters for independent of each other, and
    /// would walk past all products to meet none.
    pub(super) fn push_chosen(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        paging: &Paging<'_>,
        (is_few, more): (&str, &str),
        offset: impl Fn(&mut QueryBuilder<Postgres>),
    ) {
        if self.has_words() || !self.narrows() {
            sql.push("select c.id");
            paging.push_ranks(sql);
            self.push_from_found(sql);
            sql.push(more);
            paging.push_page(sql, offset);
            return;
        }
        sql.push("(select c.id");
        self.push_from(sql);
        sql.push(format_args!("{more} and not {is_few}"));
        paging.push_page(sql, &offset);
        sql.push(") union all (select c.id from (select c.id");
        self.push_from(sql);
        sql.push(format_args!("{more} and {is_few} offset 0) f join product_cards() c on c.id = f.id where true"));
        paging.push_page(sql, &offset);
        sql.push(")");
    }

    /// Each product that fits, by the best of what it fits.
    fn push_searched(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        [whole, beginning]: [&str; 2],
        sku: Option<&str>,
        category: Option<&str>,
    ) {
        sql.push("select distinct on (f.id) f.id, f.category, f.tier, f.rank from (");
        if let Some(sku) = sku {
            sql.push(
                "(select c.id, c.category, 0 as tier, 1::real as rank from product_variants v
                    join product_cards() c on c.id = v.product_id where v.retired_at is null and v.sku = ",
            )
            .push_bind(sku.to_owned());
            self.push_conditions(sql, category);
            sql.push(") union all ");
        }
        self.push_tier(sql, 1, whole, category);
        sql.push(" union all ");
        self.push_tier(sql, 2, beginning, category);
        sql.push(") f order by f.id, f.tier");
    }

    /// Products whose documents have these words, and how well they fit; as many as are counted, and one.
    fn push_tier(&self, sql: &mut QueryBuilder<Postgres>, tier: u8, words: &str, category: Option<&str>) {
        sql.push(format_args!("(select c.id, c.category, {tier} as tier, ts_rank(s.search_document, "))
            .push_bind(words.to_owned())
            .push(
                "::tsquery) as rank from products s join product_cards() c on c.id = s.id
                    where s.status = 'active' and s.search_document @@ ",
            )
            .push_bind(words.to_owned())
            .push("::tsquery");
        self.push_conditions(sql, category);
        sql.push(format_args!(" limit {})", MOST + 1));
    }

    /// What narrows the products `c` besides words.
    fn push_conditions(&self, sql: &mut QueryBuilder<Postgres>, category: Option<&str>) {
        if let Some(category) = category {
            sql.push(" and c.category = any(array(select b.slug from categories b where b.path @> array[")
                .push_bind(category.to_owned())
                .push("]))");
        }
        if let Some(price) = self.min_price {
            sql.push(" and c.max_price >= ").push_bind(price);
        }
        if let Some(price) = self.max_price {
            sql.push(" and c.price <= ").push_bind(price);
        }
        // Its lowest and its highest price say whether there is a variant above or below one price, not between two.
        let between = self.min_price.is_some() && self.max_price.is_some();
        if between || self.in_stock || !self.options.is_empty() {
            self.push_some_variant(sql);
        }
    }

    /// Adds that one and the same variant of the product `c` is all that is asked for.
    fn push_some_variant(&self, sql: &mut QueryBuilder<Postgres>) {
        sql.push(" and exists (select from product_variants v");
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
        sql.push(")");
    }
}

#[derive(sqlx::FromRow)]
struct ListingRow {
    total: i32,
    total_is_exact: bool,
    pages: i32,
    page: i32,
    category: Option<TileRecord>,
    categories: Vec<(String, String, Option<String>, i32)>,
    categories_are_exact: bool,
    variant: Option<(String, String, String, Vec<String>)>,
    cards: Vec<(CardRecord, Option<String>, i64)>,
}

/// The listing in one statement. What is asked for is counted so far; a page beyond the last that has a number is that one.
pub(super) async fn view(
    store: &PgStore,
    query: &ListingQuery,
    search: &Search,
    place: &Place,
    per_page: u32,
) -> Result<ListingView> {
    let filters = Filters::of(query, search, store.currency);
    let paging = Paging::new(query, place, per_page, filters.has_words());
    let category = filters.category.as_deref();
    let mut sql = filters.begin();
    sql.push("counted as materialized (select ");
    let is_by_category = filters.is_everything();
    if is_by_category {
        // Each category is counted so far, by the index that knows what stands where.
        sql.push(
            "b.slug as category, n.count from categories b cross join lateral (select count(*)::integer as count from (select 1",
        );
        filters.push_from_any_category(&mut sql);
        sql.push(format_args!(" and c.category = b.slug limit {}) p) n where n.count > 0", MOST + 1));
    } else {
        // All categories together are: each by itself, one that has few of what is asked for would be looked through to its end.
        sql.push("s.category, count(*)::integer as count from (select c.category");
        if filters.has_words() && category.is_none() {
            sql.push(" from found c");
        } else {
            filters.push_from_any_category(&mut sql);
        }
        sql.push(format_args!(" limit {}) s group by s.category", MOST + 1));
    }
    sql.push("), asked as (select ");
    if is_by_category || category.is_some() {
        sql.push("count(*)::integer as total from (select 1");
        filters.push_from_found(&mut sql);
        sql.push(format_args!(" limit {}) counted", MOST + 1));
    } else {
        sql.push("coalesce(sum(count), 0)::integer as total from counted");
    }
    sql.push(format_args!(
        "), bounded as (select least(total, {MOST}) as total, total <= {MOST} as total_is_exact from asked), \
         paged as (select total, total_is_exact, greatest(1, (total + {per_page} - 1) / {per_page}) as pages from bounded)"
    ));
    sql.push(", here as (select total, total_is_exact, pages, least(").push_bind(number(place));
    sql.push(", pages) as page from paged) select total, total_is_exact, pages, page, ");
    match category {
        Some(slug) => sql
            .push(concat!("(select ", tile!(), " from categories t where t.slug = "))
            .push_bind(slug.to_owned())
            .push(") as category"),
        None => sql.push("null::record as category"),
    };
    sql.push(
        ", array(select row(t.slug, t.name, t.parent, coalesce(sum(n.count), 0)::integer) from categories t
                join categories b on b.path @> array[t.slug] left join counted n on n.category = b.slug
            group by t.slug, t.name, t.parent, t.position order by t.position, t.slug) as categories, ",
    );
    if is_by_category {
        sql.push("true");
    } else {
        sql.push(format_args!("(select coalesce(sum(count), 0) <= {MOST} from counted)"));
    }
    sql.push(" as categories_are_exact");
    match &filters.search {
        Search::Words { sku: Some(sku), .. } => sql
            .push(
                ", (select row(v.sku, p.slug, p.name, v.options) from product_variants v
                    join products p on p.id = v.product_id where p.status = 'active' and v.options <> '{}'
                        and v.retired_at is null and v.sku = ",
            )
            .push_bind(sku.clone())
            .push(") as variant"),
        _ => sql.push(", null::record as variant"),
    };
    // Chosen first, and only then made cards of: what stands on the pages before costs no look at its stock.
    sql.push(concat!(", array(select row(", card!(), ", "));
    paging.push_place(&mut sql);
    sql.push(") from (");
    filters.push_chosen(&mut sql, &paging, ("here.total_is_exact", ""), |sql| {
        sql.push(format_args!("(here.page - 1) * {per_page}"));
    });
    sql.push(") m join product_cards() c on c.id = m.id");
    paging.push_order(&mut sql);
    sql.push(") as cards from here");
    // With options it is planned for those asked for, as in `facets`.
    let is_kept = filters.options.is_empty();
    let found: ListingRow =
        sql.build_query_as().persistent(is_kept).fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let page = if matches!(place, Place::Page(_)) { to_u32(found.page.into()) } else { place.page() };
    let keyed = |(card, key, position): (CardRecord, Option<String>, i64)| Found {
        id: ProductId(card.0),
        item: card,
        key,
        position,
    };
    let KeyedPage { items, next, earlier } = paging.page(found.cards.into_iter().map(keyed).collect(), page);
    let is_exact = found.categories_are_exact;
    let count = |(slug, name, parent, count): (String, String, Option<String>, i32)| {
        let count = to_u32(count.into());
        CategoryCount { slug, name, parent, count, is_exact }
    };
    Ok(ListingView {
        query: ListingQuery { page, ..query.clone() },
        category: found.category.map(tile),
        products: items.into_iter().map(|record| card(record, store.currency)).collect::<Result<_>>()?,
        total: to_u32(found.total.into()),
        total_is_exact: found.total_is_exact,
        pages: to_u32(found.pages.into()),
        // Pages of a search have numbers, as far as it goes.
        next: next.filter(|_| !query.has_words()),
        earlier,
        note: None,
        categories: found.categories.into_iter().map(count).collect(),
        facets: None,
        variant: found.variant.map(|(sku, slug, name, options)| VariantFound { sku, slug, name, options }),
        correction: None,
        nothing: None,
    })
}

/// A price that a listing is narrowed by; what is none narrows nothing.
fn amount(text: Option<&str>, currency: Currency) -> Option<Decimal> {
    text.and_then(|t| Money::parse(t, currency).ok()).map(|m| m.amount())
}

/// What a text column can hold.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}
