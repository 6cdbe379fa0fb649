//! Stock, the ledger and the promises: a batch costs as many statements as a single order.

use std::collections::BTreeMap;

use sqlx::PgExecutor;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{
    Envelope, ItemQuantity, Movement, OrderId, OrderStatus, Reservation, ReservationState, StockChange, StockLevel,
    VariantId,
};
use crate::usecase::{Error, Inventory, LockedReservation, NewReservation, Result};

use super::error::map_sqlx_error;
use super::events::EventColumns;
use super::{PgTx, to_i32, to_u32, unknown_word};

impl Inventory for PgTx {
    async fn lock_reservations(&mut self, orders: &[OrderId]) -> Result<BTreeMap<OrderId, LockedReservation>> {
        let ids: Vec<Uuid> = orders.iter().map(|id| id.0).collect();
        let made: Vec<(Uuid, Option<String>)> = sqlx::query_as(
            "insert into reservations (order_id) select id from unnest($1::uuid[]) as id order by id
             on conflict (order_id) do nothing
             returning order_id, (select o.status from orders o where o.id = reservations.order_id)",
        )
        .bind(&ids)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let mut found = BTreeMap::new();
        for (order, status) in made {
            found.insert(OrderId(order), locked(ReservationState::Pending, status)?);
        }
        if found.len() == ids.len() {
            // Nobody has promised them anything: of new orders there is nothing more to read.
            return Ok(found);
        }
        let rows: Vec<(Uuid, String, Option<String>)> = sqlx::query_as(
            "select r.order_id, r.state, (select o.status from orders o where o.id = r.order_id)
             from reservations r where r.order_id = any($1) order by r.order_id for update of r",
        )
        .bind(&ids)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        for (order, state, status) in rows {
            let state = ReservationState::parse(&state).ok_or_else(|| unknown_word("reservations.state", &state))?;
            found.insert(OrderId(order), locked(state, status)?);
        }
        // By a statement of its own: whoever was waited for has written all of it by now.
        let lines: Vec<(Uuid, Uuid, i32)> = sqlx::query_as(
            "select order_id, variant_id, quantity from stock_reservations
             where order_id = any($1) order by order_id, variant_id",
        )
        .bind(&ids)
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        for (order, variant, quantity) in lines {
            if let Some(locked) = found.get_mut(&OrderId(order)) {
                let quantity = to_u32(quantity.into());
                locked.reservation.lines.push(ItemQuantity { variant_id: VariantId(variant), quantity });
            }
        }
        Ok(found)
    }

    async fn lock_stock(&mut self, variants: &[VariantId]) -> Result<BTreeMap<VariantId, u32>> {
        let rows: Vec<(Uuid, i32)> = sqlx::query_as(
            "select variant_id, stock from inventory where variant_id = any($1) order by variant_id for no key update",
        )
        .bind(variants.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(rows.into_iter().map(|(id, stock)| (VariantId(id), to_u32(stock.into()))).collect())
    }

    async fn stock_of(&mut self, variant: VariantId) -> Result<u32> {
        let stock: Option<i32> = sqlx::query_scalar("select stock from inventory where variant_id = $1")
            .bind(variant.0)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(to_u32(stock.unwrap_or(0).into()))
    }

    async fn lock_stock_level(&mut self, variant: VariantId) -> Result<StockLevel> {
        let stock = self.lock_stock(&[variant]).await?.get(&variant).copied().unwrap_or(0);
        // Read after the lock, by a statement of its own: whoever held the row before has written all of it by now.
        let reserved = held_units(&mut *self.tx, &[variant]).await?.get(&variant).copied().unwrap_or(0);
        Ok(StockLevel { stock, reserved })
    }

    async fn lock_stock_levels(&mut self, variants: &[VariantId]) -> Result<BTreeMap<VariantId, StockLevel>> {
        let stock = self.lock_stock(variants).await?;
        // Read after the locks, as above.
        let reserved = held_units(&mut *self.tx, variants).await?;
        let level = |(id, stock): (VariantId, u32)| {
            (id, StockLevel { stock, reserved: reserved.get(&id).copied().unwrap_or(0) })
        };
        Ok(stock.into_iter().map(level).collect())
    }

    async fn record_counts(&mut self, moves: &[(VariantId, i64)], reason: &str, now: OffsetDateTime) -> Result<()> {
        let units = moves.iter().map(|(_, units)| i32::try_from(*units)).collect::<std::result::Result<Vec<_>, _>>();
        sqlx::query(
            "with moved as (update inventory i set stock = i.stock + e.units
                from unnest($1::uuid[], $2::int[]) as e (id, units) where i.variant_id = e.id)
             insert into stock_movements (variant_id, units, cause, reason, at)
             select e.id, e.units, 'count', $3, $4 from unnest($1::uuid[], $2::int[]) as e (id, units) order by e.id",
        )
        .bind(moves.iter().map(|(variant, _)| variant.0).collect::<Vec<_>>())
        .bind(units.map_err(|cause| Error::Broken(cause.into()))?)
        .bind(reason)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn lock_low_at(&mut self, variant: VariantId) -> Result<Option<u32>> {
        let found: Option<i32> =
            sqlx::query_scalar("select low_at from inventory where variant_id = $1 for no key update")
                .bind(variant.0)
                .fetch_optional(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        Ok(found.map(|low_at| to_u32(low_at.into())))
    }

    async fn save_low_at(&mut self, variant: VariantId, low_at: u32) -> Result<()> {
        sqlx::query("update inventory set low_at = $2 where variant_id = $1")
            .bind(variant.0)
            .bind(to_i32(low_at))
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn record_stock_change(
        &mut self,
        variant: VariantId,
        change: StockChange,
        units: i64,
        reason: &str,
        now: OffsetDateTime,
    ) -> Result<()> {
        let cause = match change {
            StockChange::Adjustment(_) => "adjustment",
            StockChange::Count(_) => "count",
        };
        sqlx::query(
            "with moved as (update inventory set stock = stock + $2 where variant_id = $1)
             insert into stock_movements (variant_id, units, cause, reason, at) values ($1, $2, $3, $4, $5)",
        )
        .bind(variant.0)
        .bind(i32::try_from(units).map_err(|e| Error::Broken(e.into()))?)
        .bind(cause)
        .bind(reason)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn return_units(
        &mut self,
        order: OrderId,
        cause: Uuid,
        units: &[ItemQuantity],
        now: OffsetDateTime,
    ) -> Result<()> {
        sqlx::query(
            "with back as (
                select variant, units from unnest($2::uuid[], $3::int[]) as b (variant, units)
             ), held as (
                update stock_reservations r set quantity = r.quantity - b.units from back b
                where r.order_id = $1 and r.variant_id = b.variant and r.quantity > b.units
             ), emptied as (
                delete from stock_reservations r using back b
                where r.order_id = $1 and r.variant_id = b.variant and r.quantity = b.units
             ), moved as (
                insert into stock_movements (variant_id, units, cause, cause_id, at)
                select variant, units, 'restock', $4, $5 from back
             )
             update inventory i set stock = i.stock + b.units from back b where i.variant_id = b.variant",
        )
        .bind(order.0)
        .bind(units.iter().map(|u| u.variant_id.0).collect::<Vec<_>>())
        .bind(units.iter().map(|u| to_i32(u.quantity)).collect::<Vec<_>>())
        .bind(cause)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn save_reservations(
        &mut self,
        decided: &[NewReservation],
        movements: &[Movement],
        events: &[Envelope],
        now: OffsetDateTime,
    ) -> Result<()> {
        if decided.is_empty() {
            return Ok(());
        }
        let told = EventColumns::of(events);
        let lines: Vec<_> = decided.iter().flat_map(|d| d.lines.iter().map(move |l| (d, l))).collect();
        let units: Vec<i32> = movements.iter().map(|m| i32::try_from(m.units).unwrap_or(0)).collect();
        sqlx::query(
            "with decided as (
                update reservations r set state = d.state, decided_at = $3
                from unnest($1::uuid[], $2::text[]) as d (id, state) where r.order_id = d.id
             ), lines as (
                insert into stock_reservations (order_id, variant_id, quantity, state)
                select * from unnest($4::uuid[], $5::uuid[], $6::int[], $7::text[])
                on conflict (order_id, variant_id) do update set state = excluded.state
             ), moved as (
                insert into stock_movements (variant_id, units, cause, order_id, at)
                select m.variant, m.units, case when m.units < 0 then 'reserve' else 'release' end, m.order_id, $3
                from unnest($8::uuid[], $9::int[], $10::uuid[]) with ordinality as m (variant, units, order_id, place)
                order by m.place
             ), told as (
                insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
                select e.id, e.topic, e.key, e.kind, e.payload, e.headers, e.at
                from unnest($11::uuid[], $12::text[], $13::text[], $14::text[], $15::text[], $16::jsonb[],
                    $17::timestamptz[]) with ordinality as e (id, topic, key, kind, payload, headers, at, place)
                order by e.place
             )
             update inventory i set stock = i.stock + m.units
             from (select variant, sum(units)::int as units from unnest($8::uuid[], $9::int[]) as u (variant, units)
                group by variant) m
             where i.variant_id = m.variant and m.units <> 0",
        )
        .bind(decided.iter().map(|d| d.order.0).collect::<Vec<_>>())
        .bind(decided.iter().map(|d| d.state.as_str()).collect::<Vec<_>>())
        .bind(now)
        .bind(lines.iter().map(|(d, _)| d.order.0).collect::<Vec<_>>())
        .bind(lines.iter().map(|(_, l)| l.variant_id.0).collect::<Vec<_>>())
        .bind(lines.iter().map(|(_, l)| to_i32(l.quantity)).collect::<Vec<_>>())
        .bind(lines.iter().map(|(d, _)| d.state.as_str()).collect::<Vec<_>>())
        .bind(movements.iter().map(|m| m.variant.0).collect::<Vec<_>>())
        .bind(units)
        .bind(movements.iter().map(|m| m.order.0).collect::<Vec<_>>())
        .bind(told.ids)
        .bind(told.topics)
        .bind(told.keys)
        .bind(told.kinds)
        .bind(told.payloads)
        .bind(told.headers)
        .bind(told.times)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}

/// Without its lines. No reservation is without an order: what is read of one that has none fails with the statement.
fn locked(state: ReservationState, status: Option<String>) -> Result<LockedReservation> {
    let status = status.unwrap_or_default();
    let status = OrderStatus::parse(&status).ok_or_else(|| unknown_word("orders.status", &status))?;
    Ok(LockedReservation { reservation: Reservation { state, lines: Vec::new() }, status })
}

/// What orders hold of these variants and was not sent yet. Units of a cancelled order lie on the shelf until they are released;
/// those that were shipped or given back are gone.
///
/// Read from the orders that are open, which stay few: what was ever set aside of a variant does not, and rows are locked
/// meanwhile. An order says that its units are released only after the inventory has written that they are, so none that still
/// holds some is left out.
pub(super) async fn held_units(on: impl PgExecutor<'_>, variants: &[VariantId]) -> Result<BTreeMap<VariantId, u32>> {
    let found: Vec<(Uuid, i64)> = sqlx::query_as(
        "with open as materialized (
            select o.id from orders o where o.status in ('pending', 'paid')
            union all
            select o.id from orders o where o.status = 'cancelled' and o.reservation not in ('released', 'rejected')
         )
         select r.variant_id, coalesce(sum(i.quantity
                - (select coalesce(sum(s.quantity), 0) from shipment_items s where s.order_item_id = i.id)
                - (select coalesce(sum(x.withdrawn), 0) from refund_items x where x.order_item_id = i.id)), 0)::bigint
         from open o
         join order_items i on i.order_id = o.id and i.variant_id = any($1)
         join stock_reservations r on r.order_id = o.id and r.variant_id = i.variant_id
         where r.state in ('reserved', 'claimed')
         group by r.variant_id",
    )
    .bind(variants.iter().map(|id| id.0).collect::<Vec<_>>())
    .fetch_all(on)
    .await
    .map_err(map_sqlx_error)?;
    Ok(found.into_iter().map(|(id, units)| (VariantId(id), to_u32(units))).collect())
}
