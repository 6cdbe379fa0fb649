//! Listings of whole products, for programs.

use time::OffsetDateTime;

use crate::domain::ProductId;
use crate::dto::{ListingQuery, Page, ProductRecord};
use crate::usecase::{Place, Result, SearchViews};

use super::super::PgStore;
use super::super::error::map_sqlx_error;
use super::filters::Filters;
use super::keyset::{Found, KeyedPage, MOST, Paging, bounded};
use super::records::{Record, record};

/// A product, and its place.
type PlacedRecord = (Record, Option<String>, Option<OffsetDateTime>, i64);

/// A page of whole products, for programs; one beyond the last is empty, and so is what lies behind all pages that have a
/// number.
pub(super) async fn page(
    store: &PgStore,
    query: &ListingQuery,
    place: &Place,
    per_page: u32,
) -> Result<Page<ProductRecord>> {
    let search = store.read_search(query.q.as_deref()).await?;
    let filters = Filters::of(query, &search, store.currency);
    let paging = Paging::new(query, place, per_page, filters.has_words());
    let before = place.page().saturating_sub(1).saturating_mul(per_page);
    let for_sale = " and c.choices > 0";
    let mut sql = filters.begin_statement(for_sale);
    sql.push("counted as (");
    filters.push_total(&mut sql, for_sale);
    sql.push(") select (select total from counted), array(select row(");
    sql.push(concat!(record!(), ", "));
    paging.push_place(&mut sql);
    sql.push(") from (");
    let is_beyond = matches!(place, Place::Page(_)) && before >= MOST;
    let more = if is_beyond { " and c.choices > 0 and false" } else { for_sale };
    let is_few = format!("((select total from counted) <= {MOST})");
    filters.push_chosen(&mut sql, &paging, (&is_few, more), |sql| {
        sql.push_bind(i64::from(before));
    });
    sql.push(") m join product_cards() c on c.id = m.id join products p on p.id = c.id");
    paging.push_order(&mut sql);
    sql.push(")");
    let is_kept = !filters.has_values();
    let (total, records): (i64, Vec<PlacedRecord>) =
        sql.build_query_as().persistent(is_kept).fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let keyed = |(record, key, at, position): PlacedRecord| Found {
        id: ProductId(record.0),
        item: record,
        place: (key, at, position),
    };
    let page = place.page();
    let KeyedPage { items, next, .. } = paging.page(records.into_iter().map(keyed).collect(), page);
    let items = items.into_iter().map(|found| record(found, store.currency)).collect::<Result<_>>()?;
    let (total, total_is_exact) = bounded(total);
    Ok(Page { items, page, per_page, total, total_is_exact, next })
}
