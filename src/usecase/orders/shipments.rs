//! Sending an order, in as many parcels as it takes. It is shipped with the last one, and completed two weeks after.

use std::collections::BTreeMap;
use std::future::Future;

use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::domain::{
    Event, EventId, May, OrderCompleted, OrderId, OrderItemId, OrderShipped, Refusal, ShipmentCreated, ShipmentId,
    Step, next, permit,
};
use crate::dto::{ShipmentForm, ShipmentWish};

use super::super::audit::Change;
use super::super::idempotency::check_key;
use super::super::shop::retried;
use super::super::{Outbox, ParcelFacts, Result, Shop, Store, Tx, encode};
use super::{LockedOrder, OrderChange, Orders, Refunds, unchanged};

/// A parcel that is decided.
#[derive(Debug, Clone)]
pub struct NewShipment {
    pub id: ShipmentId,
    pub order: OrderId,
    pub carrier: Option<String>,
    pub tracking_number: Option<String>,
    pub lines: Vec<(OrderItemId, u32)>,
    pub at: OffsetDateTime,
}

pub trait Shipments {
    /// Writes a parcel of a locked order; answers how many it left in by now.
    fn insert_shipment(&mut self, shipment: &NewShipment) -> impl Future<Output = Result<u32>> + Send;

    /// What mail says of these parcels.
    fn parcel_facts(
        &mut self,
        ids: &[ShipmentId],
    ) -> impl Future<Output = Result<BTreeMap<ShipmentId, ParcelFacts>>> + Send;

    /// Orders that have been shipped since before `before`, locked; those somebody else has locked are left for later.
    fn lock_shipped(
        &mut self,
        before: OffsetDateTime,
        most: u32,
    ) -> impl Future<Output = Result<Vec<LockedOrder>>> + Send;
}

/// A shipped order that nobody completed is completed after that.
const ARRIVED: Duration = Duration::days(14);

impl<S: Store> Shop<S> {
    /// Staff send a parcel: these units, or all that is still to be sent. With a key once, however often it is asked with
    /// it.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `IllegalStep`, `NothingToShip`, `KeyReused`.
    pub async fn ship_order(
        &self,
        by: May<permit::Shipping>,
        id: OrderId,
        form: &ShipmentForm,
        key: Option<&str>,
    ) -> Result<()> {
        let wish = form.parse()?;
        key.map(check_key).transpose()?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            if !self.first_of_key(&mut tx, by, key, || format!("ship {id} {wish:?}")).await? {
                return Ok(());
            }
            let order = tx.lock_orders(&[id]).await?.pop().ok_or(Refusal::NotFound)?;
            let after = self.ship_locked(&mut tx, &order, &wish).await?;
            let change = Change::of("order.shipped", "order", id).before(json!({ "status": order.status }));
            self.record(&mut tx, by, change.after(after)).await?;
            tx.commit().await
        })
        .await?;
        self.notify_relay();
        Ok(())
    }

    /// Sends a parcel of a locked order; answers what the audit log says of it.
    pub(super) async fn ship_locked(
        &self,
        tx: &mut S::Tx,
        order: &LockedOrder,
        wish: &ShipmentWish,
    ) -> Result<serde_json::Value> {
        let (fulfilment, _) = tx.fulfilment(order).await?;
        let plan = fulfilment.ship(wish.items.as_deref())?;
        let (id, at) = (ShipmentId(self.next_id()), self.now());
        let (order_id, number, total) = (order.id, order.number, order.total);
        let to = if plan.is_last { next(order.status, Step::Ship)? } else { order.status };
        let history = vec![if plan.is_last { "shipped" } else { "parcel_sent" }];
        tx.save_orders(&[OrderChange { history, ..unchanged(order, to) }], at).await?;
        let shipment = NewShipment {
            id,
            order: order_id,
            carrier: wish.carrier.clone(),
            tracking_number: wish.tracking_number.clone(),
            lines: plan.lines,
            at,
        };
        let parcels = tx.insert_shipment(&shipment).await?;
        let said = json!({ "status": to, "parcel": id, "items": plan.items, "carrier": wish.carrier,
            "tracking_number": wish.tracking_number });
        let parcel = ShipmentCreated { order_id, number, shipment_id: id, items: plan.items, is_last: plan.is_last };
        self.append_event(tx, Event::ShipmentCreated(parcel)).await?;
        if plan.is_last {
            let shipped = OrderShipped { order_id, number, total, parcels: Some(parcels) };
            self.append_event(tx, Event::OrderShipped(shipped)).await?;
        }
        Ok(said)
    }

    /// Completes orders that were shipped two weeks ago, at most so many; answers how many.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn complete_orders(&self, most: u32) -> Result<u32> {
        let count = retried(|| async {
            let (mut tx, now) = (self.store().begin().await?, self.now());
            let due = tx.lock_shipped(now.saturating_sub(ARRIVED), most).await?;
            let (mut changes, mut events) = (Vec::with_capacity(due.len()), Vec::with_capacity(due.len()));
            for order in &due {
                let to = next(order.status, Step::Complete)?;
                changes.push(OrderChange { history: vec!["completed"], ..unchanged(order, to) });
                let event = OrderCompleted { order_id: order.id, number: order.number, total: order.total };
                events.push(encode(EventId(self.next_id()), &Event::OrderCompleted(event), now)?);
            }
            tx.save_orders(&changes, now).await?;
            tx.append_events(events).await?;
            tx.commit().await?;
            Ok(due.len())
        })
        .await?;
        if count > 0 {
            self.notify_relay();
        }
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }
}
