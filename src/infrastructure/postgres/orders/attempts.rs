//! Attempts to pay, as they are read back: by whoever heard of one, and by whoever asks what became of them.

use rust_decimal::Decimal;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::{OrderId, PaymentFlaw, PaymentId, PaymentState};
use crate::usecase::{OpenElsewhere, Result, StartedPayment};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, sold_for, to_i32, unknown_word};

#[derive(sqlx::FromRow)]
pub(super) struct AttemptRow {
    pub id: Uuid,
    pub order_id: Uuid,
    pub provider: String,
    pub state: String,
    pub flaw: Option<String>,
    pub number: i64,
    pub total: Decimal,
    pub currency: String,
    pub created_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
    pub is_over: bool,
    pub checkout_id: Option<String>,
    pub checkout_url: Option<String>,
    #[sqlx(default)]
    pub traceparent: Option<String>,
}

impl AttemptRow {
    pub(super) fn attempt(self) -> Result<StartedPayment> {
        Ok(StartedPayment {
            id: PaymentId(self.id),
            order: OrderId(self.order_id),
            flaw: self
                .flaw
                .map(|word| PaymentFlaw::parse(&word).ok_or_else(|| unknown_word("payments.flaw", &word)))
                .transpose()?,
            provider: self.provider,
            state: PaymentState::parse(&self.state).ok_or_else(|| unknown_word("payments.state", &self.state))?,
            number: self.number,
            amount: sold_for(self.total, &self.currency)?,
            began_at: self.created_at,
            expires_at: self.expires_at,
            is_over: self.is_over,
            checkout_id: self.checkout_id,
            checkout_url: self.checkout_url,
            traceparent: self.traceparent,
        })
    }
}

pub(super) async fn read(store: &PgStore, id: PaymentId) -> Result<Option<StartedPayment>> {
    let row: Option<AttemptRow> = sqlx::query_as(
        "select p.id, p.order_id, p.provider, p.state, p.flaw, o.number, o.total, o.currency, p.created_at, o.expires_at,
            o.status <> 'pending' as is_over, p.checkout_id, p.checkout_url, p.traceparent
         from payments p join orders o on o.id = p.order_id where p.id = $1",
    )
    .bind(id.0)
    .fetch_optional(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    row.map(AttemptRow::attempt).transpose()
}

pub(super) async fn to_look_up(
    store: &PgStore,
    providers: &[&str],
    now: OffsetDateTime,
    pause: Duration,
    most: u32,
) -> Result<Vec<StartedPayment>> {
    let rows: Vec<AttemptRow> = sqlx::query_as(
        "select * from (
            select p.id, p.order_id, p.provider, p.state, p.flaw, o.number, o.total, o.currency, p.created_at,
                o.expires_at, o.status <> 'pending' or o.expires_at <= $1 as is_over, p.checkout_id, p.checkout_url,
                p.traceparent, p.looked_at, p.looks
            from payments p
            join orders o on o.id = p.order_id
            where p.state = 'started' and p.provider = any($4) and p.created_at < $1 - $2::interval
         ) started
         where looked_at is null or looked_at < $1 - case when is_over then $2::interval
            else least($2::interval * power(2, least(looks, 10)), interval '1 hour') end
         order by created_at limit $3",
    )
    .bind(now)
    .bind(pause)
    .bind(to_i32(most))
    .bind(providers)
    .fetch_all(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    rows.into_iter().map(AttemptRow::attempt).collect()
}

pub(super) async fn note_look(store: &PgStore, id: PaymentId, at: OffsetDateTime) -> Result<()> {
    sqlx::query("update payments set looked_at = $2, looks = looks + 1 where id = $1 and state = 'started'")
        .bind(id.0)
        .bind(at)
        .execute(&store.pool)
        .await
        .map_err(map_sqlx_error)?;
    Ok(())
}

pub(super) async fn may_ask(store: &PgStore, id: PaymentId, at: OffsetDateTime, pause: Duration) -> Result<bool> {
    let noted = sqlx::query(
        "update payments set asked_at = $2::timestamptz
         where id = $1 and state = 'started' and (asked_at is null or asked_at <= $2::timestamptz - $3::interval)",
    )
    .bind(id.0)
    .bind(at)
    .bind(pause)
    .execute(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(noted.rows_affected() > 0)
}

pub(super) async fn forget_asking(store: &PgStore, id: PaymentId) -> Result<()> {
    sqlx::query("update payments set asked_at = null where id = $1 and asked_at is not null")
        .bind(id.0)
        .execute(&store.pool)
        .await
        .map_err(map_sqlx_error)?;
    Ok(())
}

pub(super) async fn of_reference(
    store: &PgStore,
    provider: &str,
    reference: &str,
) -> Result<Option<(OrderId, PaymentId)>> {
    let found: Option<(Uuid, Uuid)> =
        sqlx::query_as("select order_id, id from payments where provider = $1 and reference = $2")
            .bind(provider)
            .bind(reference)
            .fetch_optional(&store.pool)
            .await
            .map_err(map_sqlx_error)?;
    Ok(found.map(|(order, payment)| (OrderId(order), PaymentId(payment))))
}

pub(super) async fn open_with(store: &PgStore, provider: &str, most: u32) -> Result<Vec<StartedPayment>> {
    let rows: Vec<AttemptRow> = sqlx::query_as(
        "select p.id, p.order_id, p.provider, p.state, p.flaw, o.number, o.total, o.currency, p.created_at, o.expires_at,
            o.status <> 'pending' as is_over, p.checkout_id, p.checkout_url
         from payments p join orders o on o.id = p.order_id
         where p.state = 'started' and p.provider = $1 order by p.created_at, p.id limit $2",
    )
    .bind(provider)
    .bind(to_i32(most))
    .fetch_all(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    rows.into_iter().map(AttemptRow::attempt).collect()
}

/// Those that the shop gives back itself are nobody's to ask for.
pub(super) async fn open_elsewhere(store: &PgStore, providers: &[&str]) -> Result<Vec<OpenElsewhere>> {
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "select provider, sum(attempts)::bigint, sum(refunds)::bigint from (
            select provider, 1 as attempts, 0 as refunds from payments where state = 'started'
            union all
            select p.provider, 0, 1 from refunds r join payments p on p.id = r.payment_id
                where r.state = 'opened' and r.origin = 'shop'
         ) open where provider <> 'manual' and provider <> all($1) group by provider order by provider",
    )
    .bind(providers)
    .fetch_all(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(rows.into_iter().map(|(provider, attempts, refunds)| OpenElsewhere { provider, attempts, refunds }).collect())
}
