//! Listings: which products a query lets through and in which order, for pages and programs alike.

use crate::domain::ProductId;
use crate::dto::{CategoryCount, ListingQuery, ListingView, Page, ProductRecord, VariantFound};
use crate::usecase::{Place, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, to_u32};
use super::cards::{CardRecord, TileRecord, card, tile};
use super::filters::Filters;
use super::keyset::{Found, KeyedPage, MOST, Paging, bounded, number};
use super::records::{Record, record};
use super::search::Search;

#[derive(sqlx::FromRow)]
struct ListingRow {
    total: i32,
    total_is_exact: bool,
    pages: i32,
    page: i32,
    category: Option<TileRecord>,
    categories: Vec<(String, String, Option<String>, i32)>,
    variant: Option<(String, String, String, Vec<String>)>,
    cards: Vec<(CardRecord, Option<String>, i64)>,
}

/// The listing in one statement. What is asked for is counted so far; a page beyond the last that has a number is that one.
pub(super) async fn view(store: &PgStore, query: &ListingQuery, place: &Place, per_page: u32) -> Result<ListingView> {
    let filters = Filters::read(store, query).await?;
    let paging = Paging::new(query, place, per_page, filters.has_words());
    let category = filters.category.as_deref();
    let mut sql = filters.begin();
    sql.push("counted as materialized (select ");
    let is_bounded = filters.is_counted_by_category();
    if is_bounded {
        // Each category is counted so far, by the index that knows what stands where.
        sql.push(
            "b.slug as category, n.count from categories b cross join lateral (select count(*)::integer as count from (select 1",
        );
        filters.push_from_any_category(&mut sql);
        sql.push(format_args!(" and c.category = b.slug limit {}) p) n where n.count > 0", MOST + 1));
    } else {
        sql.push("c.category, count(*)::integer as count");
        if filters.has_words() && category.is_none() {
            sql.push(" from found c");
        } else {
            filters.push_from_any_category(&mut sql);
        }
        sql.push(" group by c.category");
    }
    sql.push("), asked as (select ");
    // What fits a search was chosen for that already, but the best of all categories are not all of one. Of what is narrowed
    // otherwise all were counted.
    if !is_bounded && (category.is_none() || !filters.has_words()) {
        sql.push("coalesce(sum(count), 0)::integer as total from counted");
        if let Some(slug) = category {
            sql.push(" where category = any(array(select b.slug from categories b where b.path @> array[")
                .push_bind(slug.to_owned())
                .push("]))");
        }
    } else {
        sql.push("count(*)::integer as total from (select 1");
        filters.push_from_found(&mut sql);
        sql.push(format_args!(" limit {}) counted", MOST + 1));
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
            group by t.slug, t.name, t.parent, t.position order by t.position, t.slug) as categories",
    );
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
    let is_kept = !filters.has_values();
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
    let count = |(slug, name, parent, count): (String, String, Option<String>, i32)| CategoryCount {
        slug,
        name,
        parent,
        count: to_u32(count.into()),
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

/// A page of whole products, for programs; one beyond the last is empty, and so is what lies behind all pages that have a
/// number.
pub(super) async fn records(
    store: &PgStore,
    query: &ListingQuery,
    place: &Place,
    per_page: u32,
) -> Result<Page<ProductRecord>> {
    let filters = Filters::read(store, query).await?;
    let paging = Paging::new(query, place, per_page, filters.has_words());
    let before = place.page().saturating_sub(1).saturating_mul(per_page);
    let mut sql = filters.begin();
    sql.push("counted as (select count(*) as total from (select 1");
    filters.push_from_found(&mut sql);
    sql.push(format_args!(
        " and c.choices > 0 limit {}) c) select (select total from counted), array(select row(",
        MOST + 1
    ));
    sql.push(concat!(record!(), ", "));
    paging.push_place(&mut sql);
    sql.push(") from (");
    let is_beyond = matches!(place, Place::Page(_)) && before >= MOST;
    let more = if is_beyond { " and c.choices > 0 and false" } else { " and c.choices > 0" };
    let is_few = format!("((select total from counted) <= {MOST})");
    filters.push_chosen(&mut sql, &paging, (&is_few, more), |sql| {
        sql.push_bind(i64::from(before));
    });
    sql.push(") m join product_cards() c on c.id = m.id join products p on p.id = c.id");
    paging.push_order(&mut sql);
    sql.push(")");
    let is_kept = !filters.has_values();
    let (total, records): (i64, Vec<(Record, Option<String>, i64)>) =
        sql.build_query_as().persistent(is_kept).fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let keyed = |(record, key, position): (Record, Option<String>, i64)| Found {
        id: ProductId(record.0),
        item: record,
        key,
        position,
    };
    let page = place.page();
    let KeyedPage { items, next, .. } = paging.page(records.into_iter().map(keyed).collect(), page);
    let items = items.into_iter().map(|found| record(found, store.currency)).collect::<Result<_>>()?;
    let (total, total_is_exact) = bounded(total);
    Ok(Page { items, page, per_page, total, total_is_exact, next })
}
