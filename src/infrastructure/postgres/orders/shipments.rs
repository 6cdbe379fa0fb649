//! Parcels.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::ShipmentId;
use crate::usecase::{LockedOrder, NewShipment, ParcelFacts, Result, Shipments};

use super::super::error::map_sqlx_error;
use super::super::{PgTx, to_i32, to_u32};
use super::writes::LockedRow;

/// carrier, number, and of each line name, options, quantity
type Parcel = (Uuid, Option<String>, Option<String>, Vec<(String, Vec<String>, i32)>);

impl Shipments for PgTx {
    async fn insert_shipment(&mut self, shipment: &NewShipment) -> Result<u32> {
        let (items, units): (Vec<_>, Vec<_>) = shipment.lines.iter().map(|(id, n)| (id.0, to_i32(*n))).unzip();
        let before: i64 = sqlx::query_scalar(
            "with sent as (
                insert into shipments (id, order_id, carrier, tracking_number, created_at) values ($1, $2, $3, $4, $5)
             ), lines as (
                insert into shipment_items (shipment_id, order_item_id, quantity)
                select $1, l.item, l.quantity from unnest($6::uuid[], $7::int[]) as l (item, quantity)
             )
             select count(*) from shipments where order_id = $2",
        )
        .bind(shipment.id.0)
        .bind(shipment.order.0)
        .bind(shipment.carrier.as_deref())
        .bind(shipment.tracking_number.as_deref())
        .bind(shipment.at)
        .bind(items)
        .bind(units)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(to_u32(before).saturating_add(1))
    }

    async fn parcel_facts(&mut self, ids: &[ShipmentId]) -> Result<BTreeMap<ShipmentId, ParcelFacts>> {
        let rows: Vec<Parcel> = sqlx::query_as(
            "select s.id, s.carrier, s.tracking_number,
                array(select row(i.name, i.options, x.quantity) from shipment_items x
                    join order_items i on i.id = x.order_item_id where x.shipment_id = s.id order by i.position) as items
             from shipments s where s.id = any($1)",
        )
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let item = |(name, options, quantity): (String, Vec<String>, i32)| {
            let name = if options.is_empty() { name } else { format!("{name} ({})", options.join(", ")) };
            (name, to_u32(quantity.into()))
        };
        let parcel = |(id, carrier, tracking_number, items): Parcel| {
            let items = items.into_iter().map(item).collect();
            (ShipmentId(id), ParcelFacts { carrier, tracking_number, items })
        };
        Ok(rows.into_iter().map(parcel).collect())
    }

    async fn lock_shipped(&mut self, before: OffsetDateTime, most: u32) -> Result<Vec<LockedOrder>> {
        let rows: Vec<LockedRow> = sqlx::query_as(
            "select id, number, user_id, cart_id, status, reservation, currency, total from orders o
             where status = 'shipped' and exists
                (select from order_events e where e.order_id = o.id and e.kind = 'shipped' and e.at <= $1)
             order by id limit $2
             for no key update of o skip locked",
        )
        .bind(before)
        .bind(to_i32(most))
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        rows.into_iter().map(LockedRow::order).collect()
    }
}
