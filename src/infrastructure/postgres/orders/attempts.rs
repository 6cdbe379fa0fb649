//! Attempts to pay, as they are read back: by whoever heard of one, and by whoever asks what became of them.

use rust_decimal::Decimal;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::{OrderId, PaymentId, PaymentState};
use crate::usecase::{Result, StartedPayment};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, sold_for, to_i32, unknown_word};

#[derive(sqlx::FromRow)]
pub(super) struct AttemptRow {
    pub id: Uuid,
    pub order_id: Uuid,
    pub state: String,
    pub number: i64,
    pub total: Decimal,
    pub currency: String,
    pub created_at: OffsetDateTime,
    pub expires_at: OffsetDateTime,
    pub is_over: bool,
    pub by_guest: bool,
    pub checkout_id: Option<String>,
    pub checkout_url: Option<String>,
}

impl AttemptRow {
    pub(super) fn attempt(self) -> Result<StartedPayment> {
        Ok(StartedPayment {
            id: PaymentId(self.id),
            order: OrderId(self.order_id),
            state: PaymentState::parse(&self.state).ok_or_else(|| unknown_word("payments.state", &self.state))?,
            number: self.number,
            amount: sold_for(self.total, &self.currency)?,
            began_at: self.created_at,
            expires_at: self.expires_at,
            is_over: self.is_over,
            by_guest: self.by_guest,
            checkout_id: self.checkout_id,
            checkout_url: self.checkout_url,
        })
    }
}

pub(super) async fn read(store: &PgStore, id: PaymentId) -> Result<Option<StartedPayment>> {
    let row: Option<AttemptRow> = sqlx::query_as(
        "select p.id, p.order_id, p.state, o.number, o.total, o.currency, p.created_at, o.expires_at,
            o.status <> 'pending' as is_over, o.user_id is null as by_guest, p.checkout_id, p.checkout_url
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
    now: OffsetDateTime,
    pause: Duration,
    most: u32,
) -> Result<Vec<StartedPayment>> {
    let rows: Vec<AttemptRow> = sqlx::query_as(
        "select * from (
            select p.id, p.order_id, p.state, o.number, o.total, o.currency, p.created_at, o.expires_at,
                o.status <> 'pending' or o.expires_at <= $1 as is_over, o.user_id is null as by_guest,
                p.checkout_id, p.checkout_url, p.looked_at, p.looks
            from payments p
            join orders o on o.id = p.order_id
            where p.state = 'started' and p.created_at < $1 - $2::interval
         ) started
         where looked_at is null or looked_at < $1 - case when is_over then $2::interval
            else least($2::interval * power(2, least(looks, 10)), interval '1 hour') end
         order by created_at limit $3",
    )
    .bind(now)
    .bind(pause)
    .bind(to_i32(most))
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
