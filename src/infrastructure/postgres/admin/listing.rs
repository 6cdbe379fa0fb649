//! Lists of the back office: only the filters that narrow something stand in a statement, so that each is planned for what it
//! does. No list is counted beyond a thousand and one, and each goes on where the page before ended.

use sqlx::types::Json;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::domain::{Fields, ProductId};
use crate::dto::{
    CategoryChoice, CountQuery, CountRow, CountSheet, OrderQuery, OrderSort, PackingFilter, PaymentFilter,
    ProductQuery, ProductSort, StaffOrderList, StaffOrderRow, StaffProductList, StaffProductRow, StockList, StockQuery,
    StockRow, StockSort,
};
use crate::usecase::{Result, Span};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, begins, contains, to_i32, to_u32};

/// The orders `o` that a query lets through; more conditions may follow.
fn push_orders(sql: &mut QueryBuilder<Postgres>, query: &OrderQuery, span: Span, providers: &[&str]) {
    sql.push(" from orders o where true");
    if let Some(status) = query.status {
        sql.push(" and o.status = ").push_bind(status.as_str());
    }
    if let Some(reservation) = query.reservation {
        // As a word of the statement: the few that were not kept have an index of their own, which a parameter would not find.
        sql.push(" and o.reservation = '").push(reservation.as_str()).push("'");
    }
    match query.packing {
        Some(PackingFilter::ToPack) => {
            sql.push(" and o.status = 'paid' and o.packed_at is null");
        }
        Some(PackingFilter::Packed) => {
            sql.push(" and o.status = 'paid' and o.packed_at is not null");
        }
        Some(PackingFilter::PartlySent) => {
            sql.push(" and o.status = 'paid' and exists (select from shipments h where h.order_id = o.id)");
        }
        None => {}
    }
    let connected = || providers.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    match query.payment {
        Some(PaymentFilter::Unpaid) => {
            sql.push(" and not exists (select from payments p where p.order_id = o.id and p.state = 'approved')");
        }
        Some(PaymentFilter::Paid) => {
            sql.push(
                " and exists (select from payments p where p.order_id = o.id and p.state = 'approved' and p.flaw is null
                    and p.refunded = 0)",
            );
        }
        Some(PaymentFilter::Refunded) => {
            sql.push(" and exists (select from payments p where p.order_id = o.id and p.refunded > 0)");
        }
        Some(PaymentFilter::RefundFailed) => {
            sql.push(concat!(
                " and exists (select from payments p join refunds r on r.payment_id = p.id
                    where p.order_id = o.id and ",
                is_owed!(),
                ")"
            ));
        }
        Some(PaymentFilter::RefundWaiting) => {
            sql.push(
                " and exists (select from payments p join refunds r on r.payment_id = p.id
                    where p.order_id = o.id and r.state = 'opened' and r.origin = 'shop' and p.provider = any(",
            );
            sql.push_bind(connected()).push(") and r.created_at <= ").push_bind(span.overdue).push(")");
        }
        Some(PaymentFilter::RefundByHand) => {
            sql.push(
                " and exists (select from payments p join refunds r on r.payment_id = p.id
                    where p.order_id = o.id and r.state = 'opened' and p.provider <> all(",
            );
            sql.push_bind(connected()).push("))");
        }
        Some(PaymentFilter::Disputed) => {
            sql.push(concat!(
                " and exists (select from payments p join refunds r on r.payment_id = p.id
                    where p.order_id = o.id and r.state = 'opened' and ",
                is_dispute!(),
                ")"
            ));
        }
        Some(PaymentFilter::RefundAside) => {
            sql.push(
                " and exists (select from payments p join refunds_set_aside s on s.payment_id = p.id
                    where p.order_id = o.id and s.seen_at is null)",
            );
        }
        None => {}
    }
    if query.returns {
        sql.push(" and exists (select from returns r where r.order_id = o.id and r.state = 'requested')");
    }
    if let Some(from) = span.from {
        sql.push(" and o.created_at >= ").push_bind(from);
    }
    if let Some(until) = span.until {
        sql.push(" and o.created_at < ").push_bind(until);
    }
    if let Some(q) = &query.q {
        match q.trim_start_matches('#').parse::<i64>() {
            Ok(number) => sql.push(" and o.number = ").push_bind(number),
            // Letters that make no group of three are in no index of groups: what begins with them is found.
            Err(_) if q.chars().count() < 3 => sql
                .push(" and (lower(o.email) like ")
                .push_bind(begins(q))
                .push(" or lower(o.shipping_address ->> 'name') like ")
                .push_bind(begins(q))
                .push(")"),
            Err(_) => sql
                .push(" and lower(o.email || ' ' || coalesce(o.shipping_address ->> 'name', '')) like ")
                .push_bind(contains(q)),
        };
    }
}

/// In which order they stand, and what lies beyond the order with a number. What an order comes to does not change: the page
/// goes on where the one before ended.
const fn order_of(sort: OrderSort) -> (&'static str, &'static str) {
    match sort {
        OrderSort::Newest => ("o.number desc", " and o.number < ("),
        OrderSort::Oldest => ("o.number", " and o.number > ("),
        OrderSort::Total => (
            "o.total desc, o.number desc",
            " and (o.total, o.number) < (select b.total, b.number from orders b where b.number = ",
        ),
    }
}

pub(super) async fn orders(
    store: &PgStore,
    query: &OrderQuery,
    span: Span,
    providers: &[&str],
    per_page: u32,
) -> Result<StaffOrderList> {
    let mut sql = QueryBuilder::new("select (select count(*) from (select");
    push_orders(&mut sql, query, span, providers);
    sql.push(
        " limit 1001) c), coalesce((select json_agg(json_build_object(
            'id', o.id, 'number', o.number, 'created_at', o.created_at, 'email', o.email,
            'name', o.shipping_address ->> 'name', 'status', o.status, 'reservation', o.reservation,
            'total', json_build_object('amount', o.total::text, 'currency', o.currency),
            'refunded', (select json_build_object('amount', sum(p.refunded)::text, 'currency', o.currency)
                from payments p where p.order_id = o.id having sum(p.refunded) > 0),
            'count', (select coalesce(sum(i.quantity), 0) from order_items i where i.order_id = o.id),
            'return_asked', exists (select from returns r where r.order_id = o.id and r.state = 'requested'),
            'packed', o.status = 'paid' and o.packed_at is not null) order by ",
    );
    let (order, beyond) = order_of(query.sort);
    sql.push(order).push(") from (select o.*");
    push_orders(&mut sql, query, span, providers);
    if let Some(before) = query.before {
        sql.push(beyond).push_bind(before).push(")");
    }
    sql.push(" order by ").push(order).push(" limit ").push_bind(to_i32(per_page.saturating_add(1)));
    sql.push(") o), '[]'), coalesce((select max(n.number) from orders n), 0)");
    let (total, Json(mut orders), newest): (i64, Json<Vec<StaffOrderRow>>, i64) =
        sql.build_query_as().fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let has_more = cut(&mut orders, per_page);
    let last = orders.last().map(|order| order.number).filter(|_| has_more);
    let next = last.map(|number| OrderQuery { before: Some(number), ..query.clone() });
    Ok(StaffOrderList { query: query.clone(), orders, total: to_u32(total), newest, next })
}

/// The products `p` that a query lets through.
fn push_products(sql: &mut QueryBuilder<Postgres>, query: &ProductQuery) {
    sql.push(" from products p where true");
    if let Some(status) = query.status {
        sql.push(" and p.status = ").push_bind(status.as_str());
    }
    if let Some(category) = &query.category {
        sql.push(" and p.category = any(array(select b.slug from categories b where b.path @> array[")
            .push_bind(category.clone())
            .push("]))");
    }
    if let Some(q) = &query.q {
        // Each by an index of its own: an `or` over two tables reads both whole.
        sql.push(" and p.id in (select f.id from products f where f.search like plain(").push_bind(contains(q));
        sql.push(") union select v.product_id from product_variants v where v.sku = upper(").push_bind(q.clone());
        sql.push("))");
    }
}

/// All of them, at most so many.
pub(super) async fn products_of(store: &PgStore, query: &ProductQuery, most: usize) -> Result<Vec<ProductId>> {
    let mut sql = QueryBuilder::new("select p.id");
    push_products(&mut sql, query);
    sql.push(" order by p.id desc limit ").push_bind(i32::try_from(most).unwrap_or(i32::MAX));
    let ids: Vec<Uuid> = sql.build_query_scalar().fetch_all(&store.pool).await.map_err(map_sqlx_error)?;
    Ok(ids.into_iter().map(ProductId).collect())
}

/// In which order they stand, and what lies beyond a product, where it stands now.
const fn order_of_products(sort: ProductSort) -> (&'static str, &'static str) {
    match sort {
        ProductSort::Newest => ("p.id desc", " and p.id < ("),
        ProductSort::Name => (
            "lower(p.name), p.id",
            " and (lower(p.name), p.id) > (select lower(b.name), b.id from products b where b.id = ",
        ),
        ProductSort::Price => {
            ("p.min_price, p.id", " and (p.min_price, p.id) > (select b.min_price, b.id from products b where b.id = ")
        }
    }
}

/// What stands in a category and below it, where it is a thousand products at most: of more, the first of a page are soon found
/// along a list, and of a few the last are at its end.
async fn few_in(store: &PgStore, category: &str) -> Result<Option<Vec<Uuid>>> {
    let found: Vec<Uuid> = sqlx::query_scalar(
        "select p.id from products p
         where p.category = any(array(select b.slug from categories b where b.path @> array[$1])) limit 1001",
    )
    .bind(category)
    .fetch_all(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok((found.len() <= 1_000).then_some(found))
}

pub(super) async fn products(store: &PgStore, query: &ProductQuery, per_page: u32) -> Result<StaffProductList> {
    let few = match &query.category {
        Some(category) => few_in(store, category).await?,
        None => None,
    };
    let mut sql = QueryBuilder::new("select (select count(*) from (select");
    push_products(&mut sql, query);
    sql.push(
        " limit 1001) c), coalesce((select json_agg(json_build_object(
            'id', p.id, 'name', p.name, 'status', p.status,
            'category', (select c.name from categories c where c.slug = p.category),
            'price', json_build_object('amount', p.min_price::text, 'currency', ",
    );
    sql.push_bind(store.currency.code().to_owned());
    sql.push(
        "::text), 'price_varies', p.min_price < p.max_price, 'variants', p.choices,
            'stock', (select coalesce(sum(i.stock), 0) from product_variants v join inventory i on i.variant_id = v.id
                where v.product_id = p.id and v.retired_at is null),
            'publish_at', case when p.status = 'draft' then p.publish_at end,
            'image', p.images -> 0) order by ",
    );
    let (order, beyond) = order_of_products(query.sort);
    sql.push(order).push(") from (select p.*");
    push_products(&mut sql, query);
    if let Some(few) = few {
        sql.push(" and p.id = any(").push_bind(few).push(")");
    }
    if let Some(before) = query.before {
        sql.push(beyond).push_bind(before.0).push(")");
    }
    sql.push(" order by ").push(order).push(" limit ").push_bind(to_i32(per_page.saturating_add(1)));
    sql.push(
        ") p), '[]'), coalesce((select json_agg(json_build_object('slug', c.slug, 'name', c.name)
        order by c.position, c.slug) from categories c), '[]')",
    );
    let (total, Json(mut products), Json(categories)): (i64, Json<Vec<StaffProductRow>>, Json<Vec<CategoryChoice>>) =
        sql.build_query_as().fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let has_more = cut(&mut products, per_page);
    let last = products.last().map(|product| product.id).filter(|_| has_more);
    let next = last.map(|id| ProductQuery { before: Some(id), ..query.clone() });
    Ok(StaffProductList { query: query.clone(), products, total: to_u32(total), categories, next })
}

/// How the count of a variant is joined, so that an index has the order that follows; in which order variants stand, among all
/// and on a page; and what lies beyond the one with a sku, where it stands now.
const fn order_of_stock(sort: StockSort) -> (&'static str, &'static str, &'static str, &'static str) {
    match sort {
        StockSort::Sku => (" left join", "v.sku", "s.sku", " and v.sku > ("),
        StockSort::Fewest => (
            " join",
            "i.stock, i.variant_id",
            "s.stock, s.id",
            " and (i.stock, i.variant_id) > (select b.stock, b.variant_id
                from product_variants w join inventory b on b.variant_id = w.id where w.sku = ",
        ),
    }
}

/// Which variants are low, where they are a thousand at most. PostgreSQL takes a third of all to be low, and reads along a list
/// until it has a page of them: where there are fewer, to its end.
async fn few_low(store: &PgStore) -> Result<Option<Vec<Uuid>>> {
    let low: Vec<Uuid> = sqlx::query_scalar("select variant_id from inventory where stock <= low_at limit 1001")
        .fetch_all(&store.pool)
        .await
        .map_err(map_sqlx_error)?;
    Ok((low.len() <= 1_000).then_some(low))
}

/// Only variants `v` of this SKU, or of products that these words stand in.
fn push_named_variants(sql: &mut QueryBuilder<Postgres>, q: Option<&str>) {
    let Some(q) = q else { return };
    sql.push(" and v.id in (select f.id from product_variants f where f.sku = upper(").push_bind(q.to_owned());
    sql.push(
        ") union select f.id from products n join product_variants f on f.product_id = n.id
            where n.search like plain(",
    );
    sql.push_bind(contains(q)).push("))");
}

pub(super) async fn stock(store: &PgStore, query: &StockQuery, per_page: u32) -> Result<StockList> {
    let few = if query.low { few_low(store).await? } else { None };
    let (join, order, on_a_page, beyond) = order_of_stock(query.sort);
    let mut sql = QueryBuilder::new(
        "select coalesce(json_agg(json_build_object('id', s.id, 'product', s.name, 'options', s.options, 'sku', s.sku,
            'stock', s.stock, 'low_at', s.low_at, 'is_retired', s.is_retired) order by ",
    );
    sql.push(on_a_page).push(
        "), '[]')
         from (select v.id, p.name, v.options, v.sku, coalesce(i.stock, 0) as stock,
                coalesce(i.low_at, 5) as low_at, v.retired_at is not null as is_retired
            from product_variants v join products p on p.id = v.product_id",
    );
    sql.push(join).push(" inventory i on i.variant_id = v.id where p.status <> 'archived'");
    if query.low {
        sql.push(" and p.status = 'active' and v.retired_at is null and i.stock <= i.low_at");
    }
    if let Some(few) = few {
        sql.push(" and v.id = any(").push_bind(few).push(")");
    }
    push_named_variants(&mut sql, query.q.as_deref());
    if let Some(after) = &query.after {
        sql.push(beyond).push_bind(after.clone()).push(")");
    }
    sql.push(" order by ").push(order).push(" limit ").push_bind(to_i32(per_page.saturating_add(1))).push(") s");
    let Json(mut rows): Json<Vec<StockRow>> =
        sql.build_query_scalar().fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let has_more = cut(&mut rows, per_page);
    let last = rows.last().map(|row| row.sku.clone()).filter(|_| has_more);
    let next = last.map(|sku| StockQuery { after: Some(sku), ..query.clone() });
    Ok(StockList { query: query.clone(), rows, next })
}

/// Units of cancelled orders lie on the shelf until they are released: what is held is read as in `inventory::held_units`.
pub(super) async fn count_sheet(store: &PgStore, query: &CountQuery, per_page: u32) -> Result<CountSheet> {
    let mut sql = QueryBuilder::new(
        "with shelf as materialized (select v.id, p.name, v.options, v.sku, coalesce(i.stock, 0) as stock,
            v.retired_at is not null as is_retired
         from product_variants v join products p on p.id = v.product_id left join inventory i on i.variant_id = v.id
         where p.status <> 'archived' and (v.retired_at is null or i.stock > 0)",
    );
    if let Some(category) = &query.category {
        sql.push(" and p.category = any(array(select b.slug from categories b where b.path @> array[");
        sql.push_bind(category.clone()).push("]))");
    }
    push_named_variants(&mut sql, query.q.as_deref());
    if let Some(after) = &query.after {
        sql.push(" and v.sku > ").push_bind(after.clone());
    }
    sql.push(" order by v.sku limit ").push_bind(to_i32(per_page.saturating_add(1)));
    sql.push(
        "), open as materialized (
            select o.id from orders o where o.status in ('pending', 'paid')
            union all
            select o.id from orders o where o.status = 'cancelled' and o.reservation not in ('released', 'rejected')
         ) select coalesce((select json_agg(json_build_object('id', s.id, 'product', s.name, 'options', s.options,
            'sku', s.sku, 'is_retired', s.is_retired, 'shelf', s.stock + coalesce(h.units, 0)) order by s.sku)
         from shelf s left join (
            select r.variant_id, sum(i.quantity
                - (select coalesce(sum(x.quantity), 0) from shipment_items x where x.order_item_id = i.id)
                - (select coalesce(sum(x.withdrawn), 0) from refund_items x where x.order_item_id = i.id))::bigint as units
            from open o
            join order_items i on i.order_id = o.id and i.variant_id in (select id from shelf)
            join stock_reservations r on r.order_id = o.id and r.variant_id = i.variant_id
            where r.state in ('reserved', 'claimed')
            group by r.variant_id) h on h.variant_id = s.id), '[]'),
         coalesce((select json_agg(json_build_object('slug', c.slug, 'name', c.name) order by c.position, c.slug)
            from categories c), '[]')",
    );
    let (Json(mut rows), Json(categories)): (Json<Vec<CountRow>>, Json<Vec<CategoryChoice>>) =
        sql.build_query_as().fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let has_more = cut(&mut rows, per_page);
    let last = rows.last().map(|row| row.sku.clone()).filter(|_| has_more);
    let next = last.map(|sku| CountQuery { after: Some(sku), ..query.clone() });
    Ok(CountSheet { query: query.clone(), rows, next, categories, fields: Fields::new(), form_key: String::new() })
}

/// Leaves as many as a page has; whether there were more.
fn cut<T>(rows: &mut Vec<T>, per_page: u32) -> bool {
    let has_more = rows.len() > per_page as usize;
    rows.truncate(per_page as usize);
    has_more
}
