//! What is set aside of a payment. Whoever writes holds the order's lock.

use time::OffsetDateTime;

use crate::domain::{OrderId, PaymentId};
use crate::usecase::{RefundsAside, Result};

use super::super::PgTx;
use super::super::error::map_sqlx_error;

impl RefundsAside for PgTx {
    async fn note_aside_seen(
        &mut self,
        order: OrderId,
        payment: PaymentId,
        reference: &str,
        at: OffsetDateTime,
    ) -> Result<Option<bool>> {
        sqlx::query_scalar(
            "with found as (
                select s.payment_id, s.reference, s.seen_at is null as is_news
                from refunds_set_aside s join payments p on p.id = s.payment_id
                where p.order_id = $1 and s.payment_id = $2 and s.reference = $3
             ), noted as (
                update refunds_set_aside s set seen_at = $4 from found
                where s.payment_id = found.payment_id and s.reference = found.reference and found.is_news
             )
             select is_news from found",
        )
        .bind(order.0)
        .bind(payment.0)
        .bind(reference)
        .bind(at)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }
}
