//! The listing of a page: the products that a query lets through, in its order, and how many there are.

use std::collections::HashMap;
use std::iter;

use sqlx::error::BoxDynError;
use sqlx::postgres::types::PgRecordDecoder;
use sqlx::{Postgres, QueryBuilder};

use crate::domain::ProductId;
use crate::dto::{CategoryCount, FacetCount, ListingQuery, ListingView, VariantFound};
use crate::usecase::{CategoryCounts, Place, Result, Search};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, to_u32};
use super::asked_variants;
use super::cards::{CardColumns, TileRecord, card, tile};
use super::columns::{Columns, FromColumns};
use super::filters::{Filters, LOOKED_UP_NARROWED};
use super::keyset::{Found, InOrder, KeyedPage, MOST, Paging, number};
use super::priced::LOOKED_AT;

#[derive(sqlx::FromRow)]
struct ListingRow {
    total: i32,
    total_is_exact: bool,
    pages: i32,
    page: i32,
    category: Option<TileRecord>,
    categories: Vec<CountedCategory>,
    categories_are_exact: bool,
    /// Of a search, how many there are in whatever category; null: nothing else was asked for.
    everywhere: Option<i32>,
    variant: Option<(String, String, String, Vec<String>)>,
    cards: Vec<Columns<PlacedCard>>,
}

/// A card, and its place.
struct PlacedCard(CardColumns, InOrder);

impl FromColumns for PlacedCard {
    fn read(columns: &mut PgRecordDecoder<'_>) -> std::result::Result<Self, BoxDynError> {
        let card = CardColumns::read(columns)?;
        Ok(Self(card, (columns.try_decode()?, columns.try_decode()?, columns.try_decode()?)))
    }
}

/// slug, name, what it stands in, how many products stand in itself
type CountedCategory = (String, String, Option<String>, i32);

/// The listing in one statement. What is asked for is counted so far; a page beyond the last that has a number is that one.
pub(super) async fn view(
    store: &PgStore,
    query: &ListingQuery,
    search: &Search,
    place: &Place,
    per_page: u32,
    counts: CategoryCounts,
) -> Result<ListingView> {
    let filters = Filters::of(query, search, store.currency);
    let paging = Paging::new(query, place, per_page, filters.has_words());
    let category = filters.category.as_deref();
    let mut sql = filters.begin_statement("");
    let is_everything = filters.is_everything();
    let is_counted = counts == CategoryCounts::Counted || !is_everything;
    if is_counted && !is_everything {
        push_counted(&mut sql, &filters);
        sql.push(", ");
    }
    sql.push("asked as (select t.total::integer from (");
    filters.push_total(&mut sql, "");
    sql.push(format_args!(
        ") t), bounded as (select least(total, {MOST}) as total, total <= {MOST} as total_is_exact from asked), \
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
    if is_counted {
        push_categories(&mut sql, &filters);
    } else {
        sql.push(
            ", array(select row(t.slug, t.name, t.parent, 0) from categories t where false) as categories,
                true as categories_are_exact, null::integer as everywhere",
        );
    }
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
    sql.push(concat!(", array(select row(", card_columns!(), ", "));
    paging.push_place(&mut sql);
    sql.push(")");
    if category.is_none() && is_everything && paging.is_at_a_key() {
        // By the index that has them all in order, which says where the page begins.
        filters.push_from(&mut sql);
        paging.push_page(&mut sql, |_| ());
    } else {
        // Chosen first, and only then made cards of: what stands on the pages before costs no look at its stock.
        sql.push(" from (");
        filters.push_chosen(&mut sql, &paging, ("here.total_is_exact", ""), |sql| {
            sql.push(format_args!("(here.page - 1) * {per_page}"));
        });
        sql.push(") m join product_cards() c on c.id = m.id");
        paging.push_order(&mut sql);
    }
    sql.push(") as cards from here");
    let is_kept = !filters.has_values();
    let found: ListingRow =
        sql.build_query_as().persistent(is_kept).fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let page = if matches!(place, Place::Page(_)) { to_u32(found.page.into()) } else { place.page() };
    let keyed =
        |Columns(PlacedCard(card, place)): Columns<PlacedCard>| Found { id: ProductId(card.id), item: card, place };
    let everywhere = found.everywhere.filter(|_| query.has_words() && category.is_some());
    let everywhere =
        everywhere.map(|count| FacetCount { count: to_u32(count.into()), is_exact: found.categories_are_exact });
    let KeyedPage { items, next, earlier } = paging.page(found.cards.into_iter().map(keyed).collect(), page);
    let mut products = items.into_iter().map(|record| card(record, store.currency)).collect::<Result<Vec<_>>>()?;
    asked_variants::show(store, &filters, &mut products).await?;
    Ok(ListingView {
        query: ListingQuery { page, ..query.clone() },
        category: found.category.map(tile),
        products,
        total: to_u32(found.total.into()),
        total_is_exact: found.total_is_exact,
        pages: to_u32(found.pages.into()),
        // Pages of a search have numbers, as far as it goes.
        next: next.filter(|_| !query.has_words()),
        earlier,
        note: None,
        everywhere,
        categories: with_what_is_below(found.categories, found.categories_are_exact),
        facets: None,
        variant: found.variant.map(|(sku, slug, name, options)| VariantFound { sku, slug, name, options }),
        correction: None,
        nothing: None,
    })
}

fn with_what_is_below(found: Vec<CountedCategory>, is_exact: bool) -> Vec<CategoryCount> {
    let counts = sums(&found);
    let counted = found.into_iter().zip(counts);
    counted
        .map(|((slug, name, parent, _), count)| CategoryCount { slug, name, parent, count: to_u32(count), is_exact })
        .collect()
}

/// Of each category what stands in it or below: each count is added to all that stand above it.
fn sums(found: &[CountedCategory]) -> Vec<i64> {
    let parents: HashMap<&str, Option<&str>> =
        found.iter().map(|(slug, _, parent, _)| (slug.as_str(), parent.as_deref())).collect();
    let mut sums: HashMap<&str, i64> = HashMap::with_capacity(found.len());
    for (slug, _, _, count) in found.iter().filter(|(.., count)| *count > 0) {
        let above = iter::successors(Some(slug.as_str()), |slug| parents.get(slug).copied().flatten());
        // None stands deeper than there are categories.
        for slug in above.take(found.len()) {
            *sums.entry(slug).or_default() += i64::from(*count);
        }
    }
    found.iter().map(|(slug, ..)| sums.get(slug.as_str()).copied().unwrap_or(0)).collect()
}

/// Adds `counted`: how many products stand in each category, of those that are let through, which are not all.
fn push_counted(sql: &mut QueryBuilder<Postgres>, filters: &Filters) {
    // What was found of the category asked for is known, and only the others are to be counted.
    let inside = filters.category.as_ref().filter(|_| filters.narrows() && !filters.has_words());
    if let Some(category) = inside {
        sql.push("inside as (select b.slug from categories b where b.path @> array[")
            .push_bind(category.clone())
            .push("]), ");
        if filters.has_near() {
            filters.push_near(sql);
        }
    }
    sql.push("counted as materialized (select ");
    // All categories together are: each by itself, one that has few of what is asked for would be looked through to its end.
    sql.push("s.category, count(*)::integer as count from (");
    if inside.is_some() {
        // As many as are counted by then; where the category has more than that by itself, some.
        let elsewhere = " and c.category <> all(array(select i.slug from inside i))";
        sql.push("select c.category from found c union all (select c.category from (");
        if filters.has_near() {
            sql.push(format_args!("select c.category from near c where true{elsewhere}"));
            filters.push_conditions(sql, None);
            sql.push(format_args!(" limit {}", MOST + 1));
        } else {
            filters.push_found(sql, "c.category", None, elsewhere, MOST + 1);
        }
        sql.push(format_args!(
            ") c limit (select case when count(*) > {MOST} then {LOOKED_UP_NARROWED} else {} - count(*) end from found))",
            MOST + 1
        ));
    } else if filters.has_found() && filters.category.is_none() {
        sql.push(format_args!("select c.category from found c limit {}", MOST + 1));
    } else {
        filters.push_found(sql, "c.category", None, "", MOST + 1);
    }
    sql.push(") s group by s.category)");
}

/// Adds all categories with how many products stand in each itself: what was `counted`, and where all products are asked for each by
/// itself, so far, by the index that knows what stands where.
fn push_categories(sql: &mut QueryBuilder<Postgres>, filters: &Filters) {
    sql.push(", array(select row(t.slug, t.name, t.parent, ");
    if filters.is_everything() {
        sql.push("(select count(*)::integer from (select 1");
        filters.push_from_any_category(sql);
        sql.push(format_args!(
            " and c.category = t.slug limit {}) p)) from categories t order by t.position, t.slug) as categories, \
                null::integer as everywhere, true",
            MOST + 1
        ));
    } else {
        sql.push(format_args!(
            "coalesce(s.count, 0)) from categories t left join counted s on s.category = t.slug
                order by t.position, t.slug) as categories, \
                (select coalesce(sum(count), 0)::integer from counted) as everywhere, \
                (select coalesce(sum(count), 0) <= {MOST} from counted)"
        ));
        if filters.has_near() {
            sql.push(format_args!(" and (select count(*) <= {LOOKED_AT} from near)"));
        }
    }
    sql.push(" as categories_are_exact");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_category_counts_for_all_above_it() {
        let row = |slug: &str, parent: Option<&str>, count| {
            (slug.to_owned(), slug.to_uppercase(), parent.map(ToOwned::to_owned), count)
        };
        let counted = |rows| {
            let counts = with_what_is_below(rows, true).into_iter();
            counts.map(|c| (c.slug, c.count)).collect::<Vec<_>>()
        };
        let told = |all: &[(&str, u32)]| all.iter().map(|(slug, n)| ((*slug).to_owned(), *n)).collect::<Vec<_>>();
        let rows = vec![
            row("home", None, 1),
            row("mugs", Some("table"), 4),
            row("table", Some("home"), 2),
            row("art", None, 0),
            row("lost", Some("gone"), 3),
        ];
        assert_eq!(counted(rows), told(&[("home", 7), ("mugs", 4), ("table", 6), ("art", 0), ("lost", 3)]));
        assert_eq!(counted(Vec::new()), told(&[]));
        // The database has no such two; who reads them comes to an end all the same.
        let around = vec![row("a", Some("b"), 1), row("b", Some("a"), 0)];
        assert_eq!(counted(around), told(&[("a", 1), ("b", 1)]));
    }
}
