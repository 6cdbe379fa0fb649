//! Listings: which products a query lets through and in which order, for pages and programs alike.

use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};

use crate::domain::{Currency, Money, Sort};
use crate::dto::{CategoryCount, ListingQuery, ListingView, Page, ProductRecord};
use crate::usecase::Result;

use super::super::error::map_sqlx_error;
use super::super::{PgStore, to_i32, to_u32};
use super::cards::{CardRecord, TileRecord, card, tile};
use super::records::{Record, record};

/// The filters of a query, read. A statement holds only those that narrow something, so that each is planned for what it
/// does.
struct Filters {
    words: Vec<String>,
    min_price: Option<Decimal>,
    max_price: Option<Decimal>,
    in_stock: bool,
    category: Option<String>,
}

impl Filters {
    fn of(query: &ListingQuery, currency: Currency) -> Self {
        Self {
            words: words(query.q.as_deref().unwrap_or_default()),
            min_price: amount(query.min_price.as_deref(), currency),
            max_price: amount(query.max_price.as_deref(), currency),
            in_stock: query.in_stock,
            category: query.category.as_deref().map(printable),
        }
    }

    /// Adds the products `c` that are let through; more conditions may follow.
    fn push_from(&self, sql: &mut QueryBuilder<Postgres>) {
        self.push_from_any_category(sql);
        if let Some(category) = &self.category {
            sql.push(" and c.category = any(array(select b.slug from categories b where b.path @> array[")
                .push_bind(category.clone())
                .push("]))");
        }
    }

    /// The same without regard to the category asked for.
    fn push_from_any_category(&self, sql: &mut QueryBuilder<Postgres>) {
        sql.push(" from product_cards() c where true");
        if !self.words.is_empty() {
            sql.push(" and c.search like all (array(select '%' || plain(w) || '%' from unnest(")
                .push_bind(self.words.clone())
                .push("::text[]) w))");
        }
        if let Some(price) = self.min_price {
            sql.push(" and c.max_price >= ").push_bind(price);
        }
        if let Some(price) = self.max_price {
            sql.push(" and c.price <= ").push_bind(price);
        }
        if self.in_stock {
            sql.push(
                " and exists (select from product_variants v join inventory i on i.variant_id = v.id
                    where v.product_id = c.id and i.stock > 0)",
            );
        }
    }
}

/// The order of the products `c`; each has one place in it.
const fn order_by(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => " order by c.created_at desc, c.position, c.id",
        Sort::PriceUp => " order by c.price, c.position, c.id",
        Sort::PriceDown => " order by c.price desc, c.position, c.id",
    }
}

#[derive(sqlx::FromRow)]
struct ListingRow {
    total: i32,
    pages: i32,
    page: i32,
    category: Option<TileRecord>,
    categories: Vec<(String, String, i32)>,
    cards: Vec<CardRecord>,
}

/// The listing in one statement: the counts of all categories give the total, and the page asked for is brought into
/// range before its rows are read.
pub(super) async fn view(store: &PgStore, query: &ListingQuery, per_page: u32) -> Result<ListingView> {
    let filters = Filters::of(query, store.currency);
    let category = filters.category.as_deref();
    let mut sql = QueryBuilder::new("with counted as (select c.category, count(*)::integer as count");
    filters.push_from_any_category(&mut sql);
    sql.push(" group by c.category), asked as (select coalesce(sum(count), 0)::integer as total from counted");
    if let Some(category) = category {
        sql.push(" where category = any(array(select b.slug from categories b where b.path @> array[")
            .push_bind(category.to_owned())
            .push("]))");
    }
    // The size of a page is written out: the planner then knows that few rows are read, whatever the rest is.
    sql.push(format_args!(
        "), paged as (select total, greatest(1, (total + {per_page} - 1) / {per_page}) as pages from asked)"
    ));
    sql.push(", here as (select total, pages, least(").push_bind(to_i32(query.page.max(1)));
    sql.push(", pages) as page from paged) select total, pages, page, ");
    match category {
        Some(slug) => sql
            .push(concat!("(select ", tile!(), " from categories t where t.slug = "))
            .push_bind(slug.to_owned())
            .push(") as category"),
        None => sql.push("null::record as category"),
    };
    sql.push(
        ", array(select row(t.slug, t.name, sum(n.count)::integer) from categories t
                join categories b on b.path @> array[t.slug] join counted n on n.category = b.slug
            group by t.slug, t.name, t.position order by t.position, t.slug) as categories",
    );
    sql.push(concat!(", array(select ", card!()));
    filters.push_from(&mut sql);
    sql.push(order_by(query.sort));
    sql.push(format_args!(" limit {per_page} offset (here.page - 1) * {per_page}) as cards from here"));
    let found: ListingRow = sql.build_query_as().fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let count = |(slug, name, count): (String, String, i32)| CategoryCount { slug, name, count: to_u32(count.into()) };
    Ok(ListingView {
        query: query.on_page(to_u32(found.page.into())),
        category: found.category.map(tile),
        products: found.cards.into_iter().map(|record| card(record, store.currency)).collect::<Result<_>>()?,
        total: to_u32(found.total.into()),
        pages: to_u32(found.pages.into()),
        categories: found.categories.into_iter().map(count).collect(),
    })
}

/// A page of whole products, for programs; one beyond the last is empty.
pub(super) async fn records(store: &PgStore, query: &ListingQuery, per_page: u32) -> Result<Page<ProductRecord>> {
    let filters = Filters::of(query, store.currency);
    let page = query.page.max(1);
    let mut sql = QueryBuilder::new("select (select count(*)");
    filters.push_from(&mut sql);
    sql.push(concat!(
        " and c.choices > 0), array(select ",
        record!(),
        " from products p join (select c.id, row_number() over ("
    ));
    sql.push(order_by(query.sort)).push(") as place");
    filters.push_from(&mut sql);
    sql.push(" and c.choices > 0").push(order_by(query.sort)).push(" limit ").push_bind(i64::from(per_page));
    sql.push(" offset ").push_bind(i64::from(page.saturating_sub(1)).saturating_mul(per_page.into()));
    sql.push(") c on c.id = p.id order by c.place)");
    let (total, records): (i64, Vec<Record>) =
        sql.build_query_as().fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let items = records.into_iter().map(|found| record(found, store.currency)).collect::<Result<_>>()?;
    Ok(Page { items, page, per_page, total: to_u32(total) })
}

/// A price that a listing is narrowed by; what is none narrows nothing.
fn amount(text: Option<&str>, currency: Currency) -> Option<Decimal> {
    text.and_then(|t| Money::parse(t, currency).ok()).map(|m| m.amount())
}

/// The words of a search, at most eight, with what LIKE would read as a wildcard taken literally.
fn words(q: &str) -> Vec<String> {
    let literal = |w: &str| printable(w).replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    q.split_whitespace().map(literal).filter(|w| !w.is_empty()).take(8).collect()
}

/// What a text column can hold.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}
