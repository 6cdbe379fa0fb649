//! What is to be done, and what was sold.

use rust_decimal::Decimal;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::ProductId;
use crate::dto::{BestProduct, HomeTasks, SetupSteps};
use crate::usecase::{Result, SalesQuarter};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, money, to_i32, to_u32};

/// Each counts up to a thousand and one: more is "over 1,000".
pub(super) async fn tasks(store: &PgStore, providers: &[&str], overdue: OffsetDateTime) -> Result<HomeTasks> {
    let Json(tasks) = sqlx::query_scalar(concat!(
        "select json_build_object(
            'to_pack', (select count(*) from (select from orders
                where status = 'paid' and packed_at is null limit 1001) c),
            'to_send', (select count(*) from (select from orders
                where status = 'paid' and packed_at is not null limit 1001) c),
            'unpaid', (select count(*) from (select from orders where status = 'pending' limit 1001) c),
            'returns_asked', (select count(*) from (select from returns where state = 'requested' limit 1001) c),
            'reviews_pending', (select count(*) from (select from reviews where state = 'pending' limit 1001) c),
            'refunds_failed', (select count(*) from (select from refunds r join payments p on p.id = r.payment_id
                where ",
        is_owed!(),
        " limit 1001) c),
            'refunds_waiting', (select count(*) from (select from refunds r join payments p on p.id = r.payment_id
                where r.state = 'opened' and r.origin = 'shop' and p.provider = any($1) and r.created_at <= $2
                limit 1001) c),
            'refunds_by_hand', (select count(*) from (select from refunds r join payments p on p.id = r.payment_id
                where r.state = 'opened' and p.provider <> all($1) limit 1001) c),
            'disputes', (select count(*) from (select from refunds r where r.state = 'opened' and ",
        is_dispute!(),
        " limit 1001) c),
            'refunds_aside', (select count(*) from (select from refunds_set_aside where seen_at is null limit 1001) c),
            'low_stock', (select count(*) from (select from inventory i join product_variants v on v.id = i.variant_id
                join products p on p.id = v.product_id where i.stock <= i.low_at and p.status = 'active' and v.retired_at is null limit 1001) c),
            'mail_failed', (select count(*) from (select from email_messages
                where state <> 'accepted' and state in ('refused', 'uncertain') and stripped_at is null limit 1001) c),
            'dead_letters', (select count(*) from (select from outbox
                where topic like '%.dlq' and replayed_at is null limit 1001) c),
            'events_held', (select count(*) from (select from outbox
                where published_at is null and next_attempt_at is not null limit 1001) c),
            'webhooks_disabled', (select count(*) from webhook_endpoints where state in ('failing', 'gone')),
            'newest_order', coalesce((select max(number) from orders), 0))",
    ))
    .bind(providers)
    .bind(overdue)
    .fetch_one(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(tasks)
}

pub(super) async fn setup_steps(store: &PgStore) -> Result<SetupSteps> {
    let Json(steps) = sqlx::query_scalar(
        "select json_build_object(
            'name', exists (select from shop_content where coalesce(saved ->> 'name', '') <> ''),
            'seller', exists (select from seller),
            'pages', (select count(*) = 2 from pages where slug in ('imprint', 'terms') and version > 1),
            'product', exists (select from products where status = 'active'),
            'shipping', exists (select from settings_versions where name = 'shipping' and version > 1),
            'tax', exists (select from settings_versions where name = 'tax' and version > 1))",
    )
    .fetch_one(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(steps)
}

pub(super) async fn sales_between(
    store: &PgStore,
    since: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Vec<SalesQuarter>> {
    let rows: Vec<(OffsetDateTime, i64, Decimal)> = sqlx::query_as(
        "select date_bin('15 minutes', created_at, timestamptz '2000-01-01 00:00:00Z') as begins, count(*), sum(total)
         from orders where created_at >= $1 and created_at < $2 and status in ('paid', 'shipped', 'completed')
         group by 1 order by 1",
    )
    .bind(since)
    .bind(until)
    .fetch_all(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    let quarter = |(begins, orders, sales): (OffsetDateTime, i64, Decimal)| {
        Ok(SalesQuarter { begins, orders: to_u32(orders), sales: money(sales, store.currency)? })
    };
    rows.into_iter().map(quarter).collect()
}

/// Lines as they were sold: what a discount or a refund took off an order stands at none of them.
pub(super) async fn best_products(
    store: &PgStore,
    since: OffsetDateTime,
    middle: OffsetDateTime,
    until: OffsetDateTime,
    most: u32,
) -> Result<Vec<BestProduct>> {
    let rows: Vec<(Uuid, String, i64, Decimal, Decimal)> = sqlx::query_as(
        "select p.id, p.name, b.units, b.sales, b.sales_before
         from (select i.product_id, sum(i.quantity) filter (where o.created_at >= $2) as units,
                sum(i.line_total) filter (where o.created_at >= $2) as sales,
                coalesce(sum(i.line_total) filter (where o.created_at < $2), 0) as sales_before
            from orders o join order_items i on i.order_id = o.id
            where o.created_at >= $1 and o.created_at < $3 and o.status in ('paid', 'shipped', 'completed')
            group by i.product_id having count(*) filter (where o.created_at >= $2) > 0
            order by sales desc, i.product_id limit $4) b
         join products p on p.id = b.product_id order by b.sales desc, p.id",
    )
    .bind(since)
    .bind(middle)
    .bind(until)
    .bind(to_i32(most))
    .fetch_all(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    let best = |(id, name, units, sales, before): (Uuid, String, i64, Decimal, Decimal)| {
        Ok(BestProduct {
            id: ProductId(id),
            name,
            units: to_u32(units),
            sales: money(sales, store.currency)?,
            sales_before: money(before, store.currency)?,
        })
    };
    rows.into_iter().map(best).collect()
}

pub(super) async fn newest_orders(store: &PgStore, most: u32) -> Result<Vec<i64>> {
    sqlx::query_scalar("select number from orders order by number desc limit $1")
        .bind(to_i32(most))
        .fetch_all(&store.pool)
        .await
        .map_err(map_sqlx_error)
}
