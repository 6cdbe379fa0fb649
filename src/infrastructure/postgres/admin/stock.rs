//! One variant's stock, its ledger, and what is held for whom.

use sqlx::types::Json;

use crate::domain::VariantId;
use crate::dto::VariantStockView;
use crate::usecase::Result;

use super::super::error::map_sqlx_error;
use super::super::inventory::held_units;
use super::super::{PgStore, to_i32};

pub(super) async fn view(
    store: &PgStore,
    id: VariantId,
    before: Option<i64>,
    per_page: u32,
) -> Result<Option<VariantStockView>> {
    // Units of a cancelled order lie on the shelf until they are released; those that were shipped or given back are gone.
    // Read from the orders that are open, which stay few: what was ever sold of a variant does not.
    let found: Option<Json<VariantStockView>> = sqlx::query_scalar(
        "with open as materialized (
            select o.id, o.number, o.status from orders o where o.status in ('pending', 'paid')
            union all
            select o.id, o.number, o.status from orders o
            where o.status = 'cancelled' and o.reservation not in ('released', 'rejected')
         ), held as materialized (
            select o.id, o.number, o.status, i.quantity
                - (select coalesce(sum(s.quantity), 0) from shipment_items s where s.order_item_id = i.id)
                - (select coalesce(sum(x.withdrawn), 0) from refund_items x where x.order_item_id = i.id) as units
            from open o join order_items i on i.order_id = o.id and i.variant_id = $1
            join stock_reservations r on r.order_id = o.id and r.variant_id = i.variant_id
            where r.state in ('reserved', 'claimed')
         )
         select json_build_object('id', v.id, 'product_id', p.id, 'product', p.name, 'options', v.options, 'sku', v.sku,
            'stock', coalesce((select i.stock from inventory i where i.variant_id = v.id), 0),
            'low_at', coalesce((select i.low_at from inventory i where i.variant_id = v.id), 5),
            'held', coalesce((select json_agg(json_build_object('order', h.id, 'number', h.number, 'status', h.status,
                    'units', h.units) order by h.number)
                from (select * from held where units > 0 order by number limit 100) h), '[]'),
            'held_units', (select coalesce(sum(h.units), 0)::bigint from held h),
            'movements', coalesce((select json_agg(json_build_object('id', m.id, 'units', m.units, 'cause', m.cause,
                    'reason', m.reason, 'at', m.at,
                    'order', case when o.id is not null then json_build_array(o.id, o.number) end) order by m.id desc)
                from (select * from stock_movements m where m.variant_id = v.id and ($2::bigint is null or m.id < $2)
                    order by m.id desc limit $3) m
                left join orders o on o.id = m.order_id), '[]'),
            'next', null, 'form_key', '')
         from product_variants v join products p on p.id = v.product_id where v.id = $1",
    )
    .bind(id.0)
    .bind(before)
    .bind(to_i32(per_page.saturating_add(1)))
    .fetch_optional(&store.pool)
    .await
    .map_err(map_sqlx_error)?;
    Ok(found.map(|Json(mut view)| {
        let has_more = view.movements.len() > per_page as usize;
        view.movements.truncate(per_page as usize);
        view.next = view.movements.last().map(|movement| movement.id).filter(|_| has_more);
        view
    }))
}

pub(super) async fn held(store: &PgStore, variants: &[VariantId]) -> Result<Vec<(VariantId, u32)>> {
    Ok(held_units(&store.pool, variants).await?.into_iter().collect())
}
