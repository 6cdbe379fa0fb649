//! Facets: how many products each further choice of a listing would leave. A variant has its options as `facets`, each as name,
//! unit separator, value (migration 0232), and a product those of all its variants, each once (0255), its tags, and how it is rated
//! (0250); facets and ratings are kept by triggers.

use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::domain::{OptionFilters, ProductId, TagFilters};
use crate::dto::ListingQuery;
use crate::usecase::{
    FACETED_PRODUCTS, FacetSets, FacetViews, Listed, MOST_TAGS, Result, Search, TagCount, ValueCount,
};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, money, to_u32};
use super::cards::RATED_TENTH;
use super::filters::{Filters, LOOKED_UP, LOOKED_UP_NARROWED, SEPARATOR, least_rated, pairs};
use super::keyset::MOST;

/// Which products are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Counted {
    Base,
    Narrowed,
    /// Of this option, whatever it is.
    Without(String),
    WithoutRating,
    WithoutTags,
    Prices,
}

/// What a row counts: all products of a set, those with a value of an option, with a tag, rated with so many whole stars, those
/// that can be had; or tells, of prices.
const SIZE: i32 = 0;
const VALUE: i32 = 1;
const TAG: i32 = 2;
const STARS: i32 = 3;
const IN_STOCK: i32 = 4;
const PRICES: i32 = 5;

/// What is counted of a product `c`.
const DESCRIBED: &str = "c.id, c.facets, c.tags, c.rated, c.price, c.max_price, c.choices";
const NO_PRICES: &str = "null::numeric, null::numeric";
/// A whole star in `products.rated`.
const STAR: u32 = RATED_TENTH * 10;

/// Which set it is of, what it counts, of which value, how many products, and their lowest and highest price.
type FacetRow = (i32, i32, Option<String>, i32, Option<Decimal>, Option<Decimal>);

impl FacetViews for PgStore {
    /// What words and category leave is counted by its products alone. Where filters narrow it and it is few, the variants of all are
    /// looked up once, and all is counted of them. Where it is more than is looked at (`is_cut`), products are found for each
    /// filter left out by itself, as a listing finds its own; no more than are looked up where the listing says that they are more.
    async fn facet_sets(&self, query: &ListingQuery, search: &Search, listed: &Listed) -> Result<FacetSets> {
        let filters = Filters::of(query, search, self.currency);
        let (sets, is_too_many) = (sets(&filters), *listed == Listed::TooMany);
        let mut sql = QueryBuilder::new("with s0 as materialized (");
        match listed {
            Listed::All(found) => push_ids(&mut sql, found),
            _ => push_products(&mut sql, &sets, 0, if is_too_many { LOOKED_UP } else { MOST + 1 }),
        }
        let is_cut = format!("{is_too_many} or count(*) > {FACETED_PRODUCTS} as is_cut");
        sql.push(format_args!("), size as materialized (select {is_cut} from s0)"));
        for place in 1..sets.len() {
            sql.push(format_args!(", s{place} as materialized ("));
            push_products(&mut sql, &sets, place, if is_too_many { LOOKED_UP_NARROWED } else { MOST + 1 });
            sql.push(")");
        }
        push_described(&mut sql, &filters);
        if filters.narrows() {
            push_looked_up(&mut sql, &filters, sets.len());
        }
        push_base(&mut sql, is_too_many);
        for (place, (counted, _)) in sets.iter().enumerate().skip(1) {
            push_size(&mut sql, &filters, place, counted, is_too_many);
            push_values(&mut sql, &filters, place, counted);
            push_tags(&mut sql, &filters, place, counted);
            push_stars(&mut sql, &filters, place, counted);
        }
        // What is in stock is counted among what all filters leave, and prices are told where all products are looked at.
        if filters.narrows() {
            push_in_stock(&mut sql, &filters);
            sql.push(format_args!(
                " union all select 0, {PRICES}, null::text, 0, min(w.price), max(w.price) from w where "
            ));
            sql.push("not (select z.is_cut from size z)");
            push_fitting(&mut sql, &filters, &Counted::Prices);
        } else {
            push_base_in_stock(&mut sql);
        }
        let is_kept = !filters.has_values();
        let rows: Vec<FacetRow> =
            sql.build_query_as().persistent(is_kept).fetch_all(&self.pool).await.map_err(map_sqlx_error)?;
        let mut found = self.read_sets(&sets, rows)?;
        // Without the one filter there is, all is left that words and category leave.
        for option in filters.options.iter() {
            found.without.entry(option.name.clone()).or_insert_with(|| found.base.clone());
        }
        if filters.rating.is_some() {
            found.without_rating.get_or_insert_with(|| found.base.clone());
        }
        if !filters.tags.is_empty() {
            found.without_tags.get_or_insert_with(|| found.base.clone());
        }
        Ok(found)
    }
}

impl PgStore {
    fn read_sets(&self, counted: &[(Counted, Filters)], rows: Vec<FacetRow>) -> Result<FacetSets> {
        let mut sets = FacetSets::default();
        for (place, what, value, count, low, high) in rows {
            let count = to_u32(count.into());
            if what == IN_STOCK {
                sets.in_stock = count;
                continue;
            }
            if what == PRICES {
                if let Some((low, high)) = low.zip(high) {
                    sets.prices = Some((money(low, self.currency)?, money(high, self.currency)?));
                }
                continue;
            }
            let set = match usize::try_from(place).ok().and_then(|place| counted.get(place)) {
                Some((Counted::Base, _)) => &mut sets.base,
                Some((Counted::Narrowed, _)) => sets.narrowed.get_or_insert_default(),
                Some((Counted::Without(name), _)) => sets.without.entry(name.clone()).or_default(),
                Some((Counted::WithoutRating, _)) => sets.without_rating.get_or_insert_default(),
                Some((Counted::WithoutTags, _)) => sets.without_tags.get_or_insert_default(),
                Some((Counted::Prices, _)) | None => continue,
            };
            match (what, value) {
                (TAG, Some(tag)) => set.tags.push(TagCount { tag, products: count }),
                (STARS, Some(stars)) => {
                    let stars = stars.parse().unwrap_or(0_usize);
                    if let Some(rated) = set.rated.get_mut(stars.wrapping_sub(1)) {
                        *rated = count;
                    }
                }
                (VALUE, Some(pair)) => {
                    if let Some((name, value)) = pair.split_once(SEPARATOR) {
                        set.values.push(ValueCount { name: name.to_owned(), value: value.to_owned(), products: count });
                    }
                }
                _ => set.products = count,
            }
        }
        Ok(sets)
    }
}

/// The sets of products that are counted, each with the filters that find it; the one by words and category first.
fn sets(filters: &Filters) -> Vec<(Counted, Filters)> {
    let mut base = filters.clone();
    (base.min_price, base.max_price, base.in_stock, base.options) = (None, None, false, OptionFilters::default());
    (base.rating, base.tags) = (None, TagFilters::default());
    let mut sets = vec![(Counted::Base, base)];
    if filters.narrows() {
        sets.push((Counted::Narrowed, filters.clone()));
    }
    let mut left_out = Vec::new();
    for option in filters.options.iter() {
        let options = filters.options.without_option(&option.name);
        left_out.push((Counted::Without(option.name.clone()), Filters { options, ..filters.clone() }));
    }
    if filters.rating.is_some() {
        left_out.push((Counted::WithoutRating, Filters { rating: None, ..filters.clone() }));
    }
    if !filters.tags.is_empty() {
        left_out.push((Counted::WithoutTags, Filters { tags: TagFilters::default(), ..filters.clone() }));
    }
    // Where it is the one filter, that is what words and category leave.
    sets.extend(left_out.into_iter().filter(|(_, without)| without.narrows()));
    sets
}

/// Adds `most` products of a set. Those of a search are known by their ids, which `push_described` looks up.
fn push_products(sql: &mut QueryBuilder<Postgres>, sets: &[(Counted, Filters)], place: usize, most: u32) {
    const { assert!(FACETED_PRODUCTS == MOST, "as many are looked at as are counted") };
    let Some((_, filters)) = sets.get(place) else { return };
    let category = filters.category.as_deref();
    match place {
        0 if filters.has_words() => filters.push_searched_ids(sql, most),
        // Of all products by an index, the same each time: PostgreSQL begins to read a large table where somebody else has just been.
        0 if category.is_none() => filters.push_found(sql, DESCRIBED, None, " order by c.id", most),
        0 => filters.push_found(sql, DESCRIBED, category, "", most),
        // Which they are an index alone tells, as far as one can.
        _ => {
            sql.push("select c.* from (");
            filters.push_found(sql, "c.id", category, " and (select z.is_cut from size z)", most);
            let looked_up = "(select c.id, c.rated, c.tags from product_cards() c where c.id = f.id offset 0) c";
            sql.push(") f cross join lateral ").push(looked_up);
        }
    }
}

/// Adds the ids of these products, which are all of the first set.
fn push_ids(sql: &mut QueryBuilder<Postgres>, found: &[ProductId]) {
    let ids: Vec<Uuid> = found.iter().map(|id| id.0).collect();
    sql.push("select u.id from unnest(").push_bind(ids).push("::uuid[]) u(id)");
}

/// Adds `d`: the products of `s0`, and what is counted of them; and `t`: the tags that most of them have, those asked for before
/// others, with how many do. So many are offered, and no others but those asked for are counted: products may have thousands together.
fn push_described(sql: &mut QueryBuilder<Postgres>, filters: &Filters) {
    if filters.has_words() {
        sql.push(format_args!(
            ", d as materialized (select c.* from s0 cross join lateral (
                select {DESCRIBED} from product_cards() c where c.id = s0.id offset 0
            ) c)"
        ));
    } else {
        sql.push(", d as (select * from s0)");
    }
    sql.push(
        ", t as materialized (
            select u.tag, count(*)::integer as products from d cross join unnest(d.tags) u(tag) group by u.tag order by ",
    );
    if !filters.tags.is_empty() {
        sql.push("u.tag = any(").push_bind(Vec::<String>::from(filters.tags.clone())).push(") desc, ");
    }
    sql.push(format_args!("2 desc, 1 limit {MOST_TAGS})"));
}

/// Of the products `d`: how many there are, how many have which value and which tag, and how many are rated with so many whole
/// stars on average.
fn push_base(sql: &mut QueryBuilder<Postgres>, is_too_many: bool) {
    let more = if is_too_many { MOST } else { 0 };
    sql.push(format_args!(
        " select 0, {SIZE}, null::text, count(*)::integer + {more}, {NO_PRICES} from d
         union all
         select 0, {VALUE}, f.pair, count(*)::integer, {NO_PRICES}
         from d cross join unnest(d.facets) f(pair) group by f.pair
         union all
         select 0, {TAG}, t.tag, t.products, {NO_PRICES} from t
         union all
         select 0, {STARS}, (d.rated / {STAR})::text, count(*)::integer, {NO_PRICES}
         from d where d.rated > 0 group by d.rated / {STAR}"
    ));
}

/// How many of them can be had, and their prices. Stock is looked up, and no further than to a variant that is there: by `limit` it is
/// no join with all stock. It costs more than all else: of more products than are looked at, of which *at least* is all that is told,
/// it is that of the first of them.
fn push_base_in_stock(sql: &mut QueryBuilder<Postgres>) {
    sql.push(format_args!(
        " union all
         select 0, {IN_STOCK}, null::text, count(*)::integer, {NO_PRICES}
         from (select a.id from d a limit (select case when z.is_cut then {LOOKED_UP} end from size z)) d
         where coalesce((
             select true from product_variants v join inventory i on i.variant_id = v.id
             where v.product_id = d.id and v.retired_at is null and i.stock > 0 limit 1
         ), false)
         union all
         select 0, {PRICES}, null::text, 0, min(d.price), max(d.max_price) from d
         where d.choices > 0 and not (select z.is_cut from size z)"
    ));
}

/// Adds `m`, the products that are narrowed, and `w`: their variants, and which filters each stands. Of a set of more than are
/// looked at those of some say enough: *at least* is all that is told. By `offset 0` those of each product are looked up: there are
/// few products, and the planner would rather read all variants.
fn push_looked_up(sql: &mut QueryBuilder<Postgres>, filters: &Filters, sets: usize) {
    sql.push(", m as materialized (select id, rated, tags from d where not (select z.is_cut from size z)");
    for place in 1..sets {
        sql.push(format_args!(
            " union (select id, rated, tags from s{place}
                limit (select case when count(*) > {FACETED_PRODUCTS} then {LOOKED_UP_NARROWED} end from s{place}))"
        ));
    }
    sql.push("), w as materialized (select v.id, v.product_id, v.facets, v.price, (true");
    if let Some(price) = filters.min_price {
        sql.push(" and v.price >= ").push_bind(price);
    }
    if let Some(price) = filters.max_price {
        sql.push(" and v.price <= ").push_bind(price);
    }
    sql.push(") as price_fits");
    for (place, option) in filters.options.iter().enumerate() {
        sql.push(", v.facets && ").push_bind(pairs(option)).push(format_args!(" as o{place}"));
    }
    if let Some(floor) = filters.rating {
        sql.push(format_args!(", m.rated >= {} as rating_fits", least_rated(floor)));
    }
    if !filters.tags.is_empty() {
        sql.push(", m.tags && ").push_bind(Vec::<String>::from(filters.tags.clone())).push(" as tags_fit");
    }
    // Each count asks for it: once for each variant is enough.
    if filters.in_stock {
        sql.push(format_args!(", {} as is_in_stock", in_stock("v.id")));
    }
    sql.push(
        " from m cross join lateral (select v.id, v.product_id, v.facets, v.price from product_variants v
            where v.product_id = m.id and v.retired_at is null offset 0) v)",
    );
}

/// Whether there is some of a variant. By `limit` it is no join with all stock.
fn in_stock(variant: &str) -> String {
    format!("coalesce((select true from inventory i where i.variant_id = {variant} and i.stock > 0 limit 1), false)")
}

/// Adds the filters that a variant of `w` has to stand for this count.
fn push_fitting(sql: &mut QueryBuilder<Postgres>, filters: &Filters, counted: &Counted) {
    if *counted != Counted::Prices {
        sql.push(" and w.price_fits");
    }
    if filters.in_stock {
        sql.push(" and w.is_in_stock");
    }
    for (place, option) in filters.options.iter().enumerate() {
        if !matches!(counted, Counted::Without(name) if *name == option.name) {
            sql.push(format_args!(" and w.o{place}"));
        }
    }
    if filters.rating.is_some() && *counted != Counted::WithoutRating {
        sql.push(" and w.rating_fits");
    }
    if !filters.tags.is_empty() && *counted != Counted::WithoutTags {
        sql.push(" and w.tags_fit");
    }
}

/// Of few products all are in each set; what does not fit is left out by its variants.
fn push_members(sql: &mut QueryBuilder<Postgres>, place: usize) {
    sql.push(format_args!("(not (select z.is_cut from size z) or w.product_id in (select id from s{place}))"));
}

/// Adds the products `f` of a set: of few, those with a variant that fits, and else those that were found.
fn push_left(sql: &mut QueryBuilder<Postgres>, filters: &Filters, place: usize, counted: &Counted) {
    sql.push(
        "(select m.rated, m.tags from m where not (select z.is_cut from size z)
            and m.id in (select w.product_id from w where true",
    );
    push_fitting(sql, filters, counted);
    sql.push(format_args!(") union all select s.rated, s.tags from s{place} s) f"));
}

fn push_size(sql: &mut QueryBuilder<Postgres>, filters: &Filters, place: usize, counted: &Counted, is_more: bool) {
    let more = if is_more { MOST } else { 0 };
    sql.push(format_args!(
        " union all select {place}, {SIZE}, null::text, count(*)::integer + {more}, {NO_PRICES} from "
    ));
    push_left(sql, filters, place, counted);
}

/// Of a product's variants no more are looked up than to the first that is there.
fn push_in_stock(sql: &mut QueryBuilder<Postgres>, filters: &Filters) {
    sql.push(format_args!(
        " union all select 1, {IN_STOCK}, null::text, count(*)::integer, {NO_PRICES}
            from (select array_agg(w.id) as variants from w where "
    ));
    push_members(sql, 1);
    push_fitting(sql, filters, &Counted::Narrowed);
    sql.push(" group by w.product_id) f where coalesce((");
    sql.push("select true from inventory i where i.variant_id = any(f.variants) and i.stock > 0 limit 1), false)");
}

/// Of an option asked for its own set counts the values, of what is asked for as a whole only that.
fn push_values(sql: &mut QueryBuilder<Postgres>, filters: &Filters, place: usize, counted: &Counted) {
    if matches!(counted, Counted::WithoutRating | Counted::WithoutTags) {
        return;
    }
    sql.push(format_args!(
        " union all select {place}, {VALUE}, f.pair, count(*)::integer, {NO_PRICES}
            from (select distinct w.product_id, u.pair from w cross join unnest(w.facets) u(pair) where "
    ));
    push_members(sql, place);
    push_fitting(sql, filters, counted);
    if let Counted::Without(name) = counted {
        sql.push(" and starts_with(u.pair, ").push_bind(format!("{name}{SEPARATOR}")).push(")");
    }
    sql.push(") f group by f.pair");
}

/// Of those that are offered, and of those asked for.
fn push_tags(sql: &mut QueryBuilder<Postgres>, filters: &Filters, place: usize, counted: &Counted) {
    let is_asked = *counted == Counted::WithoutTags || *counted == Counted::Narrowed && filters.tags.is_empty();
    if !is_asked {
        return;
    }
    sql.push(format_args!(" union all select {place}, {TAG}, u.tag, count(*)::integer, {NO_PRICES} from "));
    push_left(sql, filters, place, counted);
    sql.push(" cross join unnest(f.tags) u(tag) where u.tag in (select t.tag from t) or u.tag = any(")
        .push_bind(Vec::<String>::from(filters.tags.clone()))
        .push(") group by u.tag");
}

fn push_stars(sql: &mut QueryBuilder<Postgres>, filters: &Filters, place: usize, counted: &Counted) {
    let is_asked = *counted == Counted::WithoutRating || *counted == Counted::Narrowed && filters.rating.is_none();
    if !is_asked {
        return;
    }
    sql.push(format_args!(
        " union all select {place}, {STARS}, (f.rated / {STAR})::text, count(*)::integer, {NO_PRICES} from "
    ));
    push_left(sql, filters, place, counted);
    sql.push(format_args!(" where f.rated > 0 group by f.rated / {STAR}"));
}
