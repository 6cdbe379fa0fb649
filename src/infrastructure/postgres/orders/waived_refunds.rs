//! Refunds that failed and for which nothing more is owed. Whoever writes holds the order's lock.

use time::OffsetDateTime;

use crate::domain::{RefundId, RefundOrigin, RefundState};
use crate::usecase::{Result, WaivedRefunds};

use super::super::PgTx;
use super::super::error::map_sqlx_error;

impl WaivedRefunds for PgTx {
    async fn waive_refund(&mut self, id: RefundId, at: OffsetDateTime) -> Result<Option<bool>> {
        sqlx::query_scalar(
            "with seen as (
                select id, waived_at is null as is_news from refunds where id = $1 and state = $2 and origin = $3
             ), waived as (
                update refunds r set waived_at = $4 from seen where r.id = seen.id and seen.is_news
             )
             select is_news from seen",
        )
        .bind(id.0)
        .bind(RefundState::Failed.as_str())
        .bind(RefundOrigin::Shop.as_str())
        .bind(at)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)
    }
}
