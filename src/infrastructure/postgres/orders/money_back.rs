//! Refunds that began at the provider, and what fits into no payment.

use rust_decimal::Decimal;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{PaymentId, RefundId, RefundOrigin, RefundState};
use crate::usecase::{FoundRefund, MoneyBack, RefundFromProvider, Result, SettledRefund};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, sold_for, unknown_word};

#[derive(sqlx::FromRow)]
struct FoundRow {
    id: Uuid,
    by_provider: bool,
    state: String,
    amount: Decimal,
    currency: String,
    reference: Option<String>,
    settled_at: Option<OffsetDateTime>,
    is_waived: bool,
}

impl MoneyBack for PgTx {
    async fn find_refund(
        &mut self,
        payment: PaymentId,
        ours: Option<RefundId>,
        reference: &str,
    ) -> Result<Option<FoundRefund>> {
        let row: Option<FoundRow> = sqlx::query_as(
            "select r.id, r.origin = 'provider' as by_provider, r.state, r.amount,
                coalesce(p.currency, o.currency) as currency, r.reference, r.settled_at, r.waived_at is not null as is_waived
             from refunds r
             join payments p on p.id = r.payment_id
             join orders o on o.id = p.order_id
             where r.payment_id = $1 and (r.id = $2 or r.reference = $3)
             order by r.id = $2 desc nulls last limit 1",
        )
        .bind(payment.0)
        .bind(ours.map(|id| id.0))
        .bind(reference)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        row.map(|row| {
            Ok(FoundRefund {
                id: RefundId(row.id),
                origin: if row.by_provider { RefundOrigin::Provider } else { RefundOrigin::Shop },
                state: RefundState::parse(&row.state).ok_or_else(|| unknown_word("refunds.state", &row.state))?,
                amount: sold_for(row.amount, &row.currency)?,
                reference: row.reference,
                settled_at: row.settled_at,
                is_waived: row.is_waived,
            })
        })
        .transpose()
    }

    async fn record_refund(&mut self, refund: &RefundFromProvider) -> Result<bool> {
        // Never due: the release before takes whatever is opened and due, and would ask for it once more.
        sqlx::query_scalar(
            "with fits as (
                select p.id, back.amount + $3::numeric as refunded
                from payments p
                join orders o on o.id = p.order_id
                cross join lateral (select coalesce(sum(r.amount), 0) as amount from refunds r
                    where r.payment_id = p.id and r.state <> 'failed') back
                where p.id = $2 and p.state = 'approved' and coalesce(p.currency, o.currency) = $4
                    and back.amount + $3 <= p.amount
             ), recorded as (
                insert into refunds (id, payment_id, amount, state, reason, reference, origin, created_at, settled_at,
                    is_dispute, due_at, is_first)
                select $1, id, $3, $5::text, $6, $7, $8, $9::timestamptz, case when $5 = 'done' then $9 end, $10,
                    case when $5 = 'opened' then timestamptz 'infinity' end,
                    not exists (select from refunds r where r.payment_id = $2)
                from fits
             ), given_back as (
                update payments p set refunded = fits.refunded from fits where p.id = fits.id
             )
             select exists (select from fits)",
        )
        .bind(refund.id.0)
        .bind(refund.payment.0)
        .bind(refund.amount.amount())
        .bind(refund.amount.currency().code())
        .bind(refund.state.as_str())
        .bind(refund.reason)
        .bind(&refund.reference)
        .bind(RefundOrigin::Provider.as_str())
        .bind(refund.at)
        .bind(refund.is_dispute)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }

    async fn move_refund(&mut self, moved: &SettledRefund, at: OffsetDateTime) -> Result<bool> {
        // The payment's sum sees this refund as it was.
        sqlx::query_scalar(
            "with fits as (
                select p.id, back.amount + case when $3::text = 'failed' then 0 else r.amount end as refunded
                from refunds r
                join payments p on p.id = r.payment_id
                cross join lateral (select coalesce(sum(o.amount), 0) as amount from refunds o
                    where o.payment_id = p.id and o.state <> 'failed' and o.id <> r.id) back
                where r.id = $1 and p.id = $2
                    and back.amount + case when $3 = 'failed' then 0 else r.amount end <= p.amount
             ), moved as (
                update refunds r set state = $3, reference = coalesce($4, r.reference), settled_at = $5, waived_at = null
                from fits where r.id = $1
             ), given_back as (
                update payments p set refunded = fits.refunded from fits where p.id = fits.id
             )
             select exists (select from fits)",
        )
        .bind(moved.id.0)
        .bind(moved.payment.0)
        .bind(moved.state.as_str())
        .bind(moved.reference.as_deref())
        .bind(at)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }

    async fn is_given_by_another(&mut self, id: RefundId) -> Result<bool> {
        sqlx::query_scalar(
            "select exists (
                select from refunds r join refund_items x on x.refund_id = r.id
                left join order_items i on i.id = x.order_item_id
                cross join lateral (select coalesce(sum(y.quantity), 0) as units, coalesce(sum(y.retaken), 0) as retaken
                    from refund_items y join refunds o on o.id = y.refund_id
                    where o.payment_id = r.payment_id and o.id <> r.id and o.state <> 'failed'
                        and y.order_item_id is not distinct from x.order_item_id) given
                where r.id = $1
                    and (given.units + x.quantity > coalesce(i.quantity, 1) or x.withdrawn > 0 and given.retaken > 0))",
        )
        .bind(id.0)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }

    async fn is_name_of_another(&mut self, id: RefundId, name: &str) -> Result<bool> {
        sqlx::query_scalar(
            "select exists (select from refunds r join refunds o on o.payment_id = r.payment_id and o.id <> r.id
                where r.id = $1 and o.reference = $2)",
        )
        .bind(id.0)
        .bind(name)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }

    async fn set_refund_aside(&mut self, refund: &RefundFromProvider) -> Result<bool> {
        let kept = sqlx::query(
            "insert into refunds_set_aside (payment_id, reference, amount, currency, created_at)
             values ($1, $2, $3, $4, $5) on conflict (payment_id, reference) do nothing",
        )
        .bind(refund.payment.0)
        .bind(&refund.reference)
        .bind(refund.amount.amount())
        .bind(refund.amount.currency().code())
        .bind(refund.at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(kept.rows_affected() > 0)
    }

    async fn drop_refund_aside(&mut self, payment: PaymentId, reference: &str) -> Result<()> {
        sqlx::query("delete from refunds_set_aside where payment_id = $1 and reference = $2")
            .bind(payment.0)
            .bind(reference)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }
}
