//! What is bought together with each product, written beside it for its page.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::ProductId;
use crate::usecase::{BoughtTogether, Result};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, to_i32};

impl BoughtTogether for PgStore {
    async fn bought_together_otherwise(
        &self,
        since: OffsetDateTime,
        orders: u32,
    ) -> Result<Vec<(ProductId, Vec<ProductId>)>> {
        // One order is chance. Whoever buys a whole catalogue says nothing of what goes together. Where orders are long, fewer
        // of them are looked at: an order of twenty has four hundred pairs, and a million are counted within a statement's
        // time. (Rows of one order are peers: each adds how many there are.)
        let found: Vec<(Uuid, Vec<Uuid>)> = sqlx::query_as(
            "with lately as (
                select o.id, o.created_at from orders o where o.created_at >= $1 and o.status in ('paid', 'shipped', 'completed')
                order by o.created_at desc limit $2
             ),
             bought as (
                select d.order_id, d.product_id, d.created_at, count(*) over (partition by d.order_id) as products
                from (
                    select distinct l.created_at, i.order_id, i.product_id from lately l join order_items i on i.order_id = l.id
                ) d
             ),
             counted as materialized (
                select b.order_id, b.product_id, sum(b.products) over (order by b.created_at desc, b.order_id) as pairs_so_far
                from bought b where b.products <= 20
             ),
             pairs as (
                select a.product_id, b.product_id as other, count(*) as orders
                from counted a join counted b on b.order_id = a.order_id and b.product_id <> a.product_id
                where a.pairs_so_far <= 1000000
                group by a.product_id, b.product_id having count(*) > 1
             ),
             ranked as (
                select r.product_id, r.other, row_number() over (partition by r.product_id order by r.orders desc, r.other) as place
                from pairs r
             ),
             now as (
                select r.product_id, array_agg(r.other order by r.place) as others from ranked r where r.place <= 8
                group by r.product_id
             )
             select n.product_id, n.others from now n left join bought_together t on t.product_id = n.product_id
             where t.others is distinct from n.others
             union all
             select t.product_id, '{}'::uuid[] from bought_together t
             where t.others <> '{}' and not exists (select from now n where n.product_id = t.product_id)",
        )
        .bind(since)
        .bind(to_i32(orders))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let read = |(id, others): (Uuid, Vec<Uuid>)| (ProductId(id), others.into_iter().map(ProductId).collect());
        Ok(found.into_iter().map(read).collect())
    }

    async fn write_bought_together(&self, lists: &[(ProductId, Vec<ProductId>)]) -> Result<()> {
        // In one order, so that two processes wait for each other and not around.
        sqlx::query(
            "insert into bought_together (product_id, others)
             select (e.list ->> 0)::uuid, array(select jsonb_array_elements_text(e.list -> 1)::uuid)
             from jsonb_array_elements($1) as e (list)
             order by 1
             on conflict (product_id) do update set others = excluded.others",
        )
        .bind(Json(lists))
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
