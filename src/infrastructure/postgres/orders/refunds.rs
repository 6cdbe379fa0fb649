//! Refunds. How much of a payment was given back stands with it, summed up anew by whoever opens or fails one, under the
//! order's lock.

use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Fulfilment, Money, OrderId, PaymentId, RefundId, RefundOrigin, RefundParts, RefundState};
use crate::usecase::{DueRefund, LockedOrder, NewRefund, RefundOfPayment, RefundQueue, Refunds, Result, SettledRefund};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, PgTx, sold_for, to_i32, to_u32, unknown_word};
use super::fulfilment;

#[derive(sqlx::FromRow)]
struct DueRow {
    id: Uuid,
    payment_id: Uuid,
    provider: String,
    reference: String,
    order_id: Uuid,
    number: i64,
    amount: Decimal,
    currency: String,
    attempts: i32,
    refusals: i32,
    refused_since: Option<OffsetDateTime>,
}

impl DueRow {
    fn refund(self) -> Result<DueRefund> {
        Ok(DueRefund {
            id: RefundId(self.id),
            payment: PaymentId(self.payment_id),
            provider: self.provider,
            reference: self.reference,
            order: OrderId(self.order_id),
            number: self.number,
            amount: sold_for(self.amount, &self.currency)?,
            attempts: to_u32(self.attempts.into()),
            refusals: to_u32(self.refusals.into()),
            refused_since: self.refused_since,
        })
    }
}

#[derive(sqlx::FromRow)]
struct RefundRow {
    #[sqlx(flatten)]
    due: DueRow,
    state: String,
    by_provider: bool,
    given_as: Option<String>,
}

impl RefundQueue for PgStore {
    async fn refund(&self, id: RefundId) -> Result<Option<RefundOfPayment>> {
        let row: Option<RefundRow> = sqlx::query_as(
            "select r.id, r.payment_id, p.provider, coalesce(p.reference, '') as reference, p.order_id, o.number, r.amount,
                coalesce(p.currency, o.currency) as currency, r.attempts, r.refusals, r.refused_since, r.state,
                r.origin = 'provider' as by_provider, r.reference as given_as
             from refunds r
             join payments p on p.id = r.payment_id
             join orders o on o.id = p.order_id
             where r.id = $1",
        )
        .bind(id.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        row.map(|row| {
            let state = RefundState::parse(&row.state).ok_or_else(|| unknown_word("refunds.state", &row.state))?;
            let origin = if row.by_provider { RefundOrigin::Provider } else { RefundOrigin::Shop };
            Ok(RefundOfPayment { due: row.due.refund()?, state, origin, given_as: row.given_as })
        })
        .transpose()
    }

    async fn take_refunds(
        &self,
        providers: &[&str],
        most: u32,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> Result<Vec<DueRefund>> {
        let rows: Vec<DueRow> = sqlx::query_as(
            "update refunds r set attempts = r.attempts + 1, due_at = $4
             from (select r.id, p.provider, p.reference, p.order_id, o.number,
                    coalesce(p.currency, o.currency) as currency
                from refunds r
                join payments p on p.id = r.payment_id
                join orders o on o.id = p.order_id
                where r.state = 'opened' and (r.due_at is null or r.due_at <= $2)
                    and r.origin = 'shop' and p.provider = any($1) and p.reference is not null
                order by r.due_at nulls first, r.created_at limit $3
                for no key update of r skip locked) due
             where r.id = due.id
             returning r.id, r.payment_id, due.provider, due.reference, due.order_id, due.number, r.amount, due.currency,
                r.attempts, r.refusals, r.refused_since",
        )
        .bind(providers)
        .bind(now)
        .bind(to_i32(most))
        .bind(until)
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        rows.into_iter().map(DueRow::refund).collect()
    }

    async fn put_off_refund(
        &self,
        id: RefundId,
        until: OffsetDateTime,
        refused_at: Option<OffsetDateTime>,
    ) -> Result<()> {
        sqlx::query(
            "update refunds set due_at = $2, refused_since = coalesce(refused_since, $3::timestamptz),
                refusals = refusals + ($3::timestamptz is not null)::int
             where id = $1 and state = 'opened'",
        )
        .bind(id.0)
        .bind(until)
        .bind(refused_at)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn take_refunds_aside(
        &self,
        providers: &[&str],
        most: u32,
        now: OffsetDateTime,
        since: OffsetDateTime,
    ) -> Result<Vec<(String, String)>> {
        // Nobody looks at an approved payment otherwise.
        sqlx::query_as(
            "update payments p set looked_at = $3
             from (select p.id from payments p
                where p.id in (select s.payment_id from refunds_set_aside s where s.created_at <= $4)
                    and p.state = 'approved' and p.provider = any($1) and p.reference is not null
                    and (p.looked_at is null or p.looked_at <= $4)
                order by p.looked_at nulls first limit $2
                for no key update of p skip locked) due
             where p.id = due.id
             returning p.provider, p.reference",
        )
        .bind(providers)
        .bind(to_i32(most))
        .bind(now)
        .bind(since)
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }
}

impl Refunds for PgTx {
    async fn fulfilment(&mut self, order: &LockedOrder) -> Result<(Fulfilment, Option<PaymentId>)> {
        fulfilment::read(self, order).await
    }

    async fn provider_of_payment(&mut self, id: PaymentId) -> Result<String> {
        sqlx::query_scalar("select provider from payments where id = $1")
            .bind(id.0)
            .fetch_one(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }

    async fn open_refund(&mut self, refund: &NewRefund) -> Result<()> {
        let parts =
            |of: fn(&RefundParts) -> Money| refund.lines.iter().map(|l| of(&l.parts).amount()).collect::<Vec<_>>();
        sqlx::query(
            "with opened as (
                insert into refunds (id, payment_id, amount, reason, created_at, is_first)
                select $1, $2, $3, $4, $5, not exists (select from refunds r where r.payment_id = $2)
             ), lines as (
                insert into refund_items (refund_id, position, order_item_id, quantity, price, discount, tax, amount,
                    withdrawn, retaken)
                select $1, l.place, l.item, l.quantity, l.price, l.discount, l.tax, l.amount, l.withdrawn, l.retaken
                from unnest($6::uuid[], $7::int[], $8::numeric[], $9::numeric[], $10::numeric[], $11::numeric[], $12::int[],
                    $13::int[]) with ordinality as l (item, quantity, price, discount, tax, amount, withdrawn, retaken, place)
             )
             update payments p set refunded = $3 + (
                select coalesce(sum(r.amount), 0) from refunds r where r.payment_id = p.id and r.state <> 'failed')
             where p.id = $2",
        )
        .bind(refund.id.0)
        .bind(refund.payment.0)
        .bind(refund.amount.amount())
        .bind(refund.reason.as_deref())
        .bind(refund.at)
        .bind(refund.lines.iter().map(|l| l.item.map(|id| id.0)).collect::<Vec<_>>())
        .bind(refund.lines.iter().map(|l| to_i32(l.quantity)).collect::<Vec<_>>())
        .bind(parts(|p| p.price))
        .bind(parts(|p| p.discount))
        .bind(parts(|p| p.tax))
        .bind(parts(|p| p.amount))
        .bind(refund.lines.iter().map(|l| to_i32(l.withdrawn)).collect::<Vec<_>>())
        .bind(refund.lines.iter().map(|l| to_i32(l.retaken)).collect::<Vec<_>>())
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn settle_refund(&mut self, settled: &SettledRefund, now: OffsetDateTime) -> Result<bool> {
        // The payment's sum sees this refund as it was.
        sqlx::query_scalar(
            "with settled as (
                update refunds set state = $3, reference = $4, settled_at = $5
                where id = $1 and state = 'opened' returning id
             ), given_back as (
                update payments p set refunded = (
                    select coalesce(sum(r.amount), 0) from refunds r
                    where r.payment_id = p.id and r.state <> 'failed' and ($3 <> 'failed' or r.id <> $1))
                where p.id = $2 and exists (select from settled)
             )
             select exists (select from settled)",
        )
        .bind(settled.id.0)
        .bind(settled.payment.0)
        .bind(settled.state.as_str())
        .bind(settled.reference.as_deref())
        .bind(now)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }
}
