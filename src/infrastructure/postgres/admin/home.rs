//! What is to be done, and what was sold.

use rust_decimal::Decimal;
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::dto::{HomeTasks, StockQuery};
use crate::usecase::{Result, SalesQuarter};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, money, to_u32};

/// Stands in the statement as it does in the index.
const _: () = assert!(StockQuery::LOW == 5);

/// Each counts up to a thousand and one: more is "over 1,000".
pub(super) async fn tasks(store: &PgStore, providers: &[&str], overdue: OffsetDateTime) -> Result<HomeTasks> {
    let Json(tasks) = sqlx::query_scalar(concat!(
        "select json_build_object(
            'to_pack', (select count(*) from (select from orders where status = 'paid' limit 1001) c),
            'unpaid', (select count(*) from (select from orders where status = 'pending' limit 1001) c),
            'returns_asked', (select count(*) from (select from returns where state = 'requested' limit 1001) c),
            'refunds_failed', (select count(*) from (select from refunds r join payments p on p.id = r.payment_id
                where r.state = 'failed' and r.origin = 'shop' and r.waived_at is null and p.refunded < p.amount
                limit 1001) c),
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
                join products p on p.id = v.product_id where i.stock <= 5 and p.status = 'active' limit 1001) c),
            'mail_failed', (select count(*) from (select from email_messages
                where state <> 'accepted' and state in ('refused', 'uncertain') and stripped_at is null limit 1001) c),
            'dead_letters', (select count(*) from (select from outbox
                where topic like '%.dlq' and replayed_at is null limit 1001) c),
            'events_held', (select count(*) from (select from outbox
                where published_at is null and next_attempt_at is not null limit 1001) c),
            'webhooks_disabled', (select count(*) from webhook_endpoints where state in ('failing', 'gone')))",
    ))
    .bind(providers)
    .bind(overdue)
    .fetch_one(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(tasks)
}

pub(super) async fn sales_since(store: &PgStore, since: OffsetDateTime) -> Result<Vec<SalesQuarter>> {
    let rows: Vec<(OffsetDateTime, i64, Decimal)> = sqlx::query_as(
        "select date_bin('15 minutes', created_at, timestamptz '2000-01-01 00:00:00Z') as begins, count(*), sum(total)
         from orders where created_at >= $1 and status in ('paid', 'shipped', 'completed') group by 1 order by 1",
    )
    .bind(since)
    .fetch_all(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    let quarter = |(begins, orders, sales): (OffsetDateTime, i64, Decimal)| {
        Ok(SalesQuarter { begins, orders: to_u32(orders), sales: money(sales, store.currency)? })
    };
    rows.into_iter().map(quarter).collect()
}
