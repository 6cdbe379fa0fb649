//! Payments by hand: without a provider.

use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Money, OrderId, PaymentFlaw};
use crate::usecase::{ManualPayments, RecordedPayment, Result, TimeToPay};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, sold_for};

/// `wait` in ASCII, the first half of the key of a person's orders that wait to be paid by hand.
const WAITING: i32 = 0x7761_6974;

impl ManualPayments for PgTx {
    async fn time_to_pay(&mut self, order: OrderId) -> Result<Option<TimeToPay>> {
        let row: Option<(OffsetDateTime, Option<OffsetDateTime>)> =
            sqlx::query_as("select expires_at, manual_since from orders where id = $1")
                .bind(order.0)
                .fetch_optional(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        Ok(row.map(|(ends_at, manual_since)| TimeToPay { ends_at, manual_since }))
    }

    async fn others_waiting(&mut self, order: OrderId) -> Result<i64> {
        sqlx::query("select pg_advisory_xact_lock($1, hashtext(lower(email))) from orders where id = $2")
            .bind(WAITING)
            .bind(order.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        // A statement of its own: it sees what was written before the lock was free.
        sqlx::query_scalar(
            "select count(*) from orders mine join orders other on lower(other.email) = lower(mine.email)
             where mine.id = $1 and other.id <> mine.id and other.status = 'pending' and other.manual_since is not null",
        )
        .bind(order.0)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }

    async fn note_manual_payment(&mut self, order: OrderId, at: OffsetDateTime) -> Result<()> {
        sqlx::query("update orders set manual_since = $2 where id = $1 and manual_since is null")
            .bind(order.0)
            .bind(at)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn recorded_payment(&mut self, reference: &str) -> Result<Option<(OrderId, Money)>> {
        let row: Option<(Uuid, Decimal, String)> = sqlx::query_as(
            "select p.order_id, p.amount, coalesce(p.currency, o.currency)
             from payments p join orders o on o.id = p.order_id
             where p.provider = 'manual' and p.reference = $1",
        )
        .bind(reference)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        row.map(|(order, amount, currency)| Ok((OrderId(order), sold_for(amount, &currency)?))).transpose()
    }

    async fn record_payment(&mut self, payment: &RecordedPayment) -> Result<bool> {
        let (flaw, refund) = payment.flaw.unzip();
        sqlx::query_scalar(
            "with recorded as (
                insert into payments (id, order_id, provider, reference, state, amount, currency, flaw, refunded,
                    created_at, settled_at)
                values ($1, $2, 'manual', $3, 'approved', $4::numeric, $5, $6::text,
                    case when $6::text is null then 0 else $4::numeric end, $8::timestamptz, $8)
                on conflict on constraint payments_reference_once do nothing returning id
             ), refunded as (
                insert into refunds (id, payment_id, amount, created_at)
                select $7::uuid, id, $4, $8 from recorded where $7::uuid is not null
             )
             select exists (select from recorded)",
        )
        .bind(payment.id.0)
        .bind(payment.order.0)
        .bind(&payment.reference)
        .bind(payment.amount.amount())
        .bind(payment.amount.currency().code())
        .bind(flaw.map(PaymentFlaw::as_str))
        .bind(refund.map(|id| id.0))
        .bind(payment.at)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }
}
