//! Orders that lie packed.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::OrderId;
use crate::usecase::{Packing, PackingState, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, to_u32};

impl Packing for PgTx {
    async fn packing(&mut self, ids: &[OrderId]) -> Result<BTreeMap<OrderId, PackingState>> {
        let rows: Vec<(Uuid, bool, i64)> = sqlx::query_as(concat!(
            "select o.id, o.packed_at is not null, coalesce((select sum(",
            unsent!(),
            ") from order_items i where i.order_id = o.id), 0)::bigint from orders o where o.id = any($1)"
        ))
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let state = |(id, is_packed, unsent): (Uuid, bool, i64)| {
            (OrderId(id), PackingState { is_packed, unsent: to_u32(unsent) })
        };
        Ok(rows.into_iter().map(state).collect())
    }

    async fn save_packed(&mut self, ids: &[OrderId], by: Option<Uuid>, at: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "with changed as (
                update orders set packed_at = case when $2::uuid is not null then $3::timestamptz end, packed_by = $2,
                    updated_at = $3
                where id = any($1) returning id
             )
             insert into order_events (order_id, kind, at)
             select id, case when $2 is not null then 'packed' else 'unpacked' end, $3 from changed order by id",
        )
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(by)
        .bind(at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
