//! Facets: how many products each further choice of a listing would leave. A variant has its options as `facets`, each as name,
//! unit separator, value (migration 0232), and a product those of all its variants, each once (0255); they are kept by triggers.

use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};

use crate::domain::OptionFilters;
use crate::dto::ListingQuery;
use crate::usecase::{FACETED_PRODUCTS, FacetSets, FacetViews, Result, Search, ValueCount};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, money, to_u32};
use super::listing::{Filters, SEPARATOR, pairs};

/// Which products are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Counted {
    Base,
    Narrowed,
    /// Of this option, whatever it is.
    Without(String),
    InStock,
    Prices,
}

/// Which count it is, the value or none, how many products, and their lowest and highest price.
type FacetRow = (i32, Option<String>, i32, Option<Decimal>, Option<Decimal>);

impl FacetViews for PgStore {
    /// What words and category leave is counted by its products alone. Where filters narrow it and it is few, the variants of all are
    /// looked up once, and all is counted of them. Where it is more than is looked at (`is_cut`), products are found for each
    /// filter left out by itself, as a listing finds its own.
    async fn facet_sets(&self, query: &ListingQuery, search: &Search) -> Result<FacetSets> {
        let filters = Filters::of(query, search, self.currency);
        let sets = sets(&filters);
        let mut sql = QueryBuilder::new("with s0 as materialized (select c.id");
        push_products(&mut sql, &sets, 0);
        sql.push(format_args!("), size as materialized (select count(*) > {FACETED_PRODUCTS} as is_cut from s0)"));
        for place in 1..sets.len() {
            sql.push(format_args!(", s{place} as materialized (select c.id"));
            push_products(&mut sql, &sets, place);
            sql.push(")");
        }
        if filters.narrows() {
            push_looked_up(&mut sql, &filters, sets.len());
        }
        sql.push(BASE);
        for (place, (counted, _)) in sets.iter().enumerate().skip(1) {
            push_size(&mut sql, &filters, place, counted);
            push_values(&mut sql, &filters, place, counted);
        }
        // What is in stock is counted among what all filters leave, and prices are told where all products are looked at.
        if filters.narrows() {
            push_size(&mut sql, &filters, 1, &Counted::InStock);
            sql.push(" union all select -2, null::text, 0, min(w.price), max(w.price) from w where ");
            sql.push("not (select z.is_cut from size z)");
            push_fitting(&mut sql, &filters, &Counted::Prices);
        } else {
            sql.push(BASE_IN_STOCK);
        }
        // With options it is prepared and planned for those asked for, each time: a rare one is looked up, a common one met on the
        // way, and a plan for any of them would do one or the other.
        let is_kept = filters.options.is_empty();
        let rows: Vec<FacetRow> =
            sql.build_query_as().persistent(is_kept).fetch_all(&self.pool).await.map_err(map_sqlx_error)?;
        let mut found = self.read_sets(&sets, rows)?;
        for option in filters.options.iter() {
            found.without.entry(option.name.clone()).or_insert_with(|| found.base.clone());
        }
        Ok(found)
    }
}

/// Of the products of `s0`: how many there are, and how many have which value.
const BASE: &str = ", d as materialized (
        select p.id, p.facets, p.min_price, p.max_price, p.choices from s0 cross join lateral (
            select p.id, p.facets, p.min_price, p.max_price, p.choices from products p where p.id = s0.id offset 0
        ) p
     )
     select 0, null::text, count(*)::integer, null::numeric, null::numeric from s0
     union all
     select 0, f.pair, count(*)::integer, null::numeric, null::numeric
     from d cross join unnest(d.facets) f(pair) group by f.pair";

/// How many of them can be had, and their prices. Stock is looked up, and no further than to a variant that is there: by `limit` it is
/// no join with all stock. It costs more than all else: of more products than are looked at, of which *at least* is all that is told,
/// it is that of the first 250.
const BASE_IN_STOCK: &str = " union all
     select -1, null::text, count(*)::integer, null::numeric, null::numeric
     from (select a.id from d a limit (select case when z.is_cut then 250 end from size z)) d
     where coalesce((
         select true from product_variants v join inventory i on i.variant_id = v.id
         where v.product_id = d.id and v.retired_at is null and i.stock > 0 limit 1
     ), false)
     union all
     select -2, null::text, 0, min(d.min_price), max(d.max_price) from d
     where d.choices > 0 and not (select z.is_cut from size z)";

impl PgStore {
    fn read_sets(&self, counted: &[(Counted, Filters)], rows: Vec<FacetRow>) -> Result<FacetSets> {
        let mut sets = FacetSets::default();
        for (place, pair, count, low, high) in rows {
            let count = to_u32(count.into());
            let set = match usize::try_from(place).ok().and_then(|place| counted.get(place)) {
                Some((Counted::Base, _)) => &mut sets.base,
                Some((Counted::Narrowed, _)) => sets.narrowed.get_or_insert_default(),
                Some((Counted::Without(name), _)) => sets.without.entry(name.clone()).or_default(),
                Some((Counted::InStock | Counted::Prices, _)) => continue,
                None if place == -1 => {
                    sets.in_stock = count;
                    continue;
                }
                None => {
                    if let Some((low, high)) = low.zip(high) {
                        sets.prices = Some((money(low, self.currency)?, money(high, self.currency)?));
                    }
                    continue;
                }
            };
            match pair.as_deref().and_then(|pair| pair.split_once(SEPARATOR)) {
                Some((name, value)) => {
                    set.values.push(ValueCount { name: name.to_owned(), value: value.to_owned(), products: count });
                }
                None => set.products = count,
            }
        }
        Ok(sets)
    }
}

/// The sets of products that are counted, each with the filters that find it; the one by words and category first.
fn sets(filters: &Filters) -> Vec<(Counted, Filters)> {
    let mut base = filters.clone();
    (base.min_price, base.max_price, base.in_stock, base.options) = (None, None, false, OptionFilters::default());
    let mut sets = vec![(Counted::Base, base)];
    if filters.narrows() {
        sets.push((Counted::Narrowed, filters.clone()));
    }
    for option in filters.options.iter() {
        let mut without = filters.clone();
        without.options = filters.options.without_option(&option.name);
        // Where it is the one filter, that is what words and category leave.
        if without.narrows() {
            sets.push((Counted::Without(option.name.clone()), without));
        }
    }
    sets
}

fn push_products(sql: &mut QueryBuilder<Postgres>, sets: &[(Counted, Filters)], place: usize) {
    let Some((_, filters)) = sets.get(place) else { return };
    filters.push_from(sql);
    if place > 0 {
        sql.push(" and (select z.is_cut from size z)");
    }
    sql.push(format_args!(" limit {}", FACETED_PRODUCTS + 1));
}

/// Adds `w`: the variants of the products that are narrowed, and which filters each stands. By `offset 0` those of each product are
/// looked up: there are few products, and the planner would rather read all variants.
fn push_looked_up(sql: &mut QueryBuilder<Postgres>, filters: &Filters, sets: usize) {
    sql.push(", w as materialized (select v.id, v.product_id, v.facets, v.price, (true");
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
    sql.push(" from (select id from s0 where not (select z.is_cut from size z)");
    for place in 1..sets {
        sql.push(format_args!(" union select id from s{place}"));
    }
    sql.push(
        ") m cross join lateral (select v.id, v.product_id, v.facets, v.price from product_variants v
            where v.product_id = m.id and v.retired_at is null offset 0) v)",
    );
}

/// Adds the filters that a variant of `w` has to stand for this count.
fn push_fitting(sql: &mut QueryBuilder<Postgres>, filters: &Filters, counted: &Counted) {
    if *counted != Counted::Prices {
        sql.push(" and w.price_fits");
    }
    // Looked up last, and of what is left: by `limit` it is no join with all stock.
    if filters.in_stock || *counted == Counted::InStock {
        sql.push(
            " and coalesce((select true from inventory i where i.variant_id = w.id and i.stock > 0 limit 1), false)",
        );
    }
    for (place, option) in filters.options.iter().enumerate() {
        if !matches!(counted, Counted::Without(name) if *name == option.name) {
            sql.push(format_args!(" and w.o{place}"));
        }
    }
}

/// Of few products all are in each set; what does not fit is left out by its variants.
fn push_members(sql: &mut QueryBuilder<Postgres>, place: usize) {
    sql.push(format_args!("(not (select z.is_cut from size z) or w.product_id in (select id from s{place}))"));
}

fn push_size(sql: &mut QueryBuilder<Postgres>, filters: &Filters, place: usize, counted: &Counted) {
    let name = if *counted == Counted::InStock { "-1".to_owned() } else { place.to_string() };
    sql.push(format_args!(" union all select {name}"));
    sql.push(", null::text, count(distinct w.product_id)::integer, null::numeric, null::numeric from w where ");
    push_members(sql, place);
    push_fitting(sql, filters, counted);
}

fn push_values(sql: &mut QueryBuilder<Postgres>, filters: &Filters, place: usize, counted: &Counted) {
    sql.push(format_args!(
        " union all select {place}, f.pair, count(*)::integer, null::numeric, null::numeric
            from (select distinct w.product_id, u.pair from w cross join unnest(w.facets) u(pair) where "
    ));
    push_members(sql, place);
    push_fitting(sql, filters, counted);
    if let Counted::Without(name) = counted {
        sql.push(" and starts_with(u.pair, ").push_bind(format!("{name}{SEPARATOR}")).push(")");
    }
    sql.push(") f group by f.pair");
}
