//! How many units of each product were sold, written beside it for listings.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::ProductId;
use crate::usecase::{Result, SoldCounts};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, to_i32, to_u32};

impl SoldCounts for PgStore {
    async fn sold_otherwise(&self, since: OffsetDateTime, most: u32) -> Result<Vec<(ProductId, u32)>> {
        let found: Vec<(Uuid, i32)> = sqlx::query_as(
            "with lately as (
                select i.product_id, least(sum(i.quantity), 2147483647)::integer as units
                from orders o join order_items i on i.order_id = o.id
                where o.created_at >= $1 and o.status in ('paid', 'shipped', 'completed')
                group by i.product_id
             )
             select p.id, l.units from lately l join products p on p.id = l.product_id where p.sold <> l.units
             union all
             select p.id, 0 from products p
             where p.status = 'active' and p.sold > 0 and not exists (select from lately l where l.product_id = p.id)
             limit $2",
        )
        .bind(since)
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.into_iter().map(|(id, units)| (ProductId(id), to_u32(units.into()))).collect())
    }

    async fn write_sold(&self, counts: &[(ProductId, u32)]) -> Result<()> {
        let (ids, units): (Vec<Uuid>, Vec<i32>) = counts.iter().map(|(id, units)| (id.0, to_i32(*units))).unzip();
        // Locked in the order in which all lock many.
        sqlx::query(
            "with held as (select p.id from products p where p.id = any($1) order by p.id for no key update)
             update products p set sold = n.units
             from held h join unnest($1::uuid[], $2::integer[]) n(id, units) on n.id = h.id
             where p.id = h.id",
        )
        .bind(ids)
        .bind(units)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
