//! The inventory consumer: the gate against overselling. Many orders are decided in one transaction, so a hot variant's
//! row is locked once per batch and not once per order.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{
    Envelope, Event, EventId, InventoryEvent, ItemQuantity, Movement, OrderId, OrderStatus, Reservation,
    ReservationState, StockChange, StockLevel, VariantId, Warehouse,
};

use super::{Result, Shop, Store, encode};

/// What a batch decided about one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReservation {
    pub order: OrderId,
    pub state: ReservationState,
    /// The lines it holds or held.
    pub lines: Vec<ItemQuantity>,
}

/// The promise to an order, locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedReservation {
    pub reservation: Reservation,
    /// The order's, as it was when this was read.
    pub status: OrderStatus,
}

pub trait Inventory {
    /// The promises to these orders, locked in id order; an order nobody has decided on yet gets a pending row, so that
    /// two consumers cannot decide on it at once.
    fn lock_reservations(
        &mut self,
        orders: &[OrderId],
    ) -> impl Future<Output = Result<BTreeMap<OrderId, LockedReservation>>> + Send;

    /// What is left of these variants, locked in id order. Unknown variants are left out.
    fn lock_stock(&mut self, variants: &[VariantId]) -> impl Future<Output = Result<BTreeMap<VariantId, u32>>> + Send;

    /// What can still be promised of a variant, as it is now and without a lock.
    fn stock_of(&mut self, variant: VariantId) -> impl Future<Output = Result<u32>> + Send;

    /// A variant's stock, its row locked, and what orders hold of it that was not shipped yet.
    fn lock_stock_level(&mut self, variant: VariantId) -> impl Future<Output = Result<StockLevel>> + Send;

    /// The same of several, locked in id order, without those of which nothing is known.
    fn lock_stock_levels(
        &mut self,
        variants: &[VariantId],
    ) -> impl Future<Output = Result<BTreeMap<VariantId, StockLevel>>> + Send;

    /// Moves units of variants whose rows are locked, and writes of each that it was counted, those that moved by nothing among
    /// them.
    fn record_counts(
        &mut self,
        moves: &[(VariantId, i64)],
        reason: &str,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// At how many units a variant is low, its row locked; none where nothing is known of it.
    fn lock_low_at(&mut self, variant: VariantId) -> impl Future<Output = Result<Option<u32>>> + Send;

    fn save_low_at(&mut self, variant: VariantId, low_at: u32) -> impl Future<Output = Result<()>> + Send;

    /// Moves units of a variant whose row is locked, and writes the movement with its cause and reason; a movement of
    /// nothing, too, since a count that found all in order is worth knowing.
    fn record_stock_change(
        &mut self,
        variant: VariantId,
        change: StockChange,
        units: i64,
        reason: &str,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Puts units that an order holds back into stock, for a refund or a return with this id: the order holds them no
    /// longer. Its reservation and the variants' rows are locked, and it holds as many.
    fn return_units(
        &mut self,
        order: OrderId,
        cause: Uuid,
        units: &[ItemQuantity],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Writes what moved (stock and ledger), what was decided, and the events that tell of it.
    fn save_reservations(
        &mut self,
        decided: &[NewReservation],
        movements: &[Movement],
        events: &[Envelope],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// Decides a batch, in the order in which it came.
    pub(super) async fn handle_inventory_events(&self, tx: &mut S::Tx, events: &[(EventId, Event)]) -> Result<()> {
        let events: Vec<_> = events.iter().filter_map(|(_, event)| InventoryEvent::of(event)).collect();
        let orders: BTreeSet<OrderId> = events.iter().map(InventoryEvent::order).collect();
        if orders.is_empty() {
            return Ok(());
        }
        let orders: Vec<_> = orders.into_iter().collect();
        let locked = tx.lock_reservations(&orders).await?.into_iter();
        let (statuses, reservations): (BTreeMap<_, _>, BTreeMap<_, _>) =
            locked.map(|(order, locked)| ((order, locked.status), (order, locked.reservation))).unzip();
        let wanted = events.iter().flat_map(|event| match event {
            InventoryEvent::OrderCreated(e) => e.items.as_slice(),
            InventoryEvent::OrderPaid(_) | InventoryEvent::OrderCancelled(_) => &[],
        });
        let held = reservations.values().flat_map(|r| &r.lines);
        let variants: BTreeSet<VariantId> = wanted.chain(held).map(|line| line.variant_id).collect();
        let stock = tx.lock_stock(&variants.into_iter().collect::<Vec<_>>()).await?;

        let mut warehouse = Warehouse::new(stock, reservations);
        let mut changed = BTreeSet::new();
        let mut updates = Vec::new();
        for event in &events {
            let order = event.order();
            if statuses.get(&order).is_none_or(|status| !event.has_happened(*status)) {
                tracing::warn!(order.id = %order, "an event of a time that is lost: its order is alive");
                continue;
            }
            let Some(update) = warehouse.apply_event(event) else { continue };
            changed.insert(update.order_id);
            updates.push(encode(EventId(self.next_id()), &Event::InventoryUpdated(update), self.now())?);
        }
        let decided: Vec<_> = changed
            .into_iter()
            .filter_map(|order| {
                let Reservation { state, lines } = warehouse.reservation(order)?.clone();
                Some(NewReservation { order, state, lines })
            })
            .collect();
        tx.save_reservations(&decided, warehouse.movements(), &updates, self.now()).await
    }
}
