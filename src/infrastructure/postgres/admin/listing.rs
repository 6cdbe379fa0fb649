//! Lists of the back office: only the filters that narrow something stand in a statement, so that each is planned for what it
//! does. No list is counted beyond a thousand and one, and each goes on where the page before ended.

use sqlx::types::Json;
use sqlx::{Postgres, QueryBuilder};

use crate::dto::{
    CategoryChoice, OrderQuery, PaymentFilter, ProductQuery, StaffOrderList, StaffOrderRow, StaffProductList,
    StaffProductRow, StockList, StockQuery, StockRow,
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
            sql.push(
                " and exists (select from payments p join refunds r on r.payment_id = p.id
                    where p.order_id = o.id and r.state = 'failed' and r.origin = 'shop' and r.waived_at is null
                        and p.refunded < p.amount)",
            );
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
            'return_asked', exists (select from returns r where r.order_id = o.id and r.state = 'requested'))
            order by o.number desc)
        from (select o.*",
    );
    push_orders(&mut sql, query, span, providers);
    if let Some(before) = query.before {
        sql.push(" and o.number < ").push_bind(before);
    }
    sql.push(" order by o.number desc limit ").push_bind(to_i32(per_page.saturating_add(1)));
    sql.push(") o), '[]')");
    let (total, Json(mut orders)): (i64, Json<Vec<StaffOrderRow>>) =
        sql.build_query_as().fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let has_more = cut(&mut orders, per_page);
    let last = orders.last().map(|order| order.number).filter(|_| has_more);
    let next = last.map(|number| OrderQuery { before: Some(number), ..query.clone() });
    Ok(StaffOrderList { query: query.clone(), orders, total: to_u32(total), next })
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

pub(super) async fn products(store: &PgStore, query: &ProductQuery, per_page: u32) -> Result<StaffProductList> {
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
                where v.product_id = p.id),
            'image', p.images -> 0) order by p.id desc)
        from (select p.*",
    );
    push_products(&mut sql, query);
    if let Some(before) = query.before {
        sql.push(" and p.id < ").push_bind(before.0);
    }
    sql.push(" order by p.id desc limit ").push_bind(to_i32(per_page.saturating_add(1)));
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

pub(super) async fn stock(store: &PgStore, query: &StockQuery, per_page: u32) -> Result<StockList> {
    let mut sql = QueryBuilder::new(
        "select coalesce(json_agg(json_build_object('id', s.id, 'product', s.name, 'options', s.options, 'sku', s.sku,
            'stock', s.stock) order by s.sku), '[]')
         from (select v.id, p.name, v.options, v.sku, coalesce(i.stock, 0) as stock
            from product_variants v join products p on p.id = v.product_id left join inventory i on i.variant_id = v.id
            where p.status <> 'archived'",
    );
    if query.low {
        sql.push(" and p.status = 'active' and i.stock <= 5");
    }
    if let Some(q) = &query.q {
        sql.push(" and v.id in (select f.id from product_variants f where f.sku = upper(").push_bind(q.clone());
        sql.push(
            ") union select f.id from products n join product_variants f on f.product_id = n.id
            where n.search like plain(",
        );
        sql.push_bind(contains(q)).push("))");
    }
    if let Some(after) = &query.after {
        sql.push(" and v.sku > ").push_bind(after.clone());
    }
    sql.push(" order by v.sku limit ").push_bind(to_i32(per_page.saturating_add(1))).push(") s");
    let Json(mut rows): Json<Vec<StockRow>> =
        sql.build_query_scalar().fetch_one(&store.pool).await.map_err(map_sqlx_error)?;
    let has_more = cut(&mut rows, per_page);
    let last = rows.last().map(|row| row.sku.clone()).filter(|_| has_more);
    let next = last.map(|sku| StockQuery { after: Some(sku), ..query.clone() });
    Ok(StockList { query: query.clone(), rows, next })
}

/// Leaves as many as a page has; whether there were more.
fn cut<T>(rows: &mut Vec<T>, per_page: u32) -> bool {
    let has_more = rows.len() > per_page as usize;
    rows.truncate(per_page as usize);
    has_more
}
