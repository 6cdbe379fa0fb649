//! What happens to an order after it is placed: the inventory answers, somebody cancels, time runs out, staff move it on.

use std::collections::BTreeMap;

use serde_json::json;

use crate::domain::{
    CancelReason, Event, EventId, May, OrderCancelled, OrderCompleted, OrderId, OrderStatus, OrdersEvent, RefundId,
    Refusal, ReservationState, Step, next, permit,
};

use crate::dto::ShipmentWish;

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Outbox, Pricing, Result, Shop, Store, Tx, encode};
use super::{LockedOrder, NewRefund, OrderAccess, OrderChange, Orders, Refunds, unchanged};

impl<S: Store> Shop<S> {
    /// The customer cancels their order, while that is possible; what was paid is refunded.
    ///
    /// # Errors
    /// `NotFound`, `IllegalStep`, `PartlyShipped`.
    pub async fn cancel_order(&self, access: impl Into<OrderAccess> + Send, id: OrderId) -> Result<OrderId> {
        let access = access.into();
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let order = self.lock_own(&mut tx, &access, id).await?;
            self.cancel_all(&mut tx, &[order], CancelReason::ByCustomer).await?;
            tx.commit().await
        })
        .await?;
        self.notify_relay();
        Ok(id)
    }

    /// Staff cancel an order. What was paid is given back, so it takes the proof of who may do that.
    ///
    /// # Errors
    /// `NotFound`, `IllegalStep`, `PartlyShipped`.
    pub async fn cancel_order_by_staff(&self, by: May<permit::Refunds>, id: OrderId) -> Result<OrderId> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let order = tx.lock_orders(&[id]).await?.pop().ok_or(Refusal::NotFound)?;
            let before = json!({ "status": order.status });
            self.cancel_all(&mut tx, &[order], CancelReason::ByStaff).await?;
            let change = Change::of("order.cancelled", "order", id).before(before);
            self.record(&mut tx, by, change.after(json!({ "status": OrderStatus::Cancelled }))).await?;
            tx.commit().await
        })
        .await?;
        self.notify_relay();
        Ok(id)
    }

    /// Staff move an order to a status, by the step that leads there. Paying is the provider's word, nothing leads back to
    /// the beginning, and an order is cancelled by `cancel_order_by_staff`.
    ///
    /// # Errors
    /// `NotFound`, `IllegalStep`, `IllegalStatus`, `NothingToShip`.
    pub async fn set_order_status(
        &self,
        by: May<permit::OrderChanges>,
        id: OrderId,
        to: OrderStatus,
    ) -> Result<OrderId> {
        let step = match to {
            OrderStatus::Shipped => Step::Ship,
            OrderStatus::Completed => Step::Complete,
            OrderStatus::Pending | OrderStatus::Paid | OrderStatus::Cancelled => {
                let from = self.store().any_order_view(id).await?.ok_or(Refusal::NotFound)?.status;
                return Err(Refusal::IllegalStatus { from, to }.into());
            }
        };
        retried(|| self.advance_once(by, id, step)).await?;
        self.notify_relay();
        Ok(id)
    }

    /// Staff ship or complete an order. Paying is the provider's word, not theirs, and cancelling takes another proof.
    ///
    /// # Errors
    /// `NotFound`, `IllegalStep`.
    pub async fn advance_order(&self, by: May<permit::OrderChanges>, id: OrderId, step: Step) -> Result<()> {
        retried(|| self.advance_once(by, id, step)).await?;
        self.notify_relay();
        Ok(())
    }

    async fn advance_once(&self, by: May<permit::OrderChanges>, id: OrderId, step: Step) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let Some(order) = tx.lock_orders(&[id]).await?.pop() else { return Err(Refusal::NotFound.into()) };
        let to = next(order.status, step)?;
        let (number, total) = (order.number, order.total);
        let before = json!({ "status": order.status });
        let (entry, event) = match step {
            Step::Ship => {
                let after = self.ship_locked(&mut tx, &order, &ShipmentWish::default()).await?;
                self.record(&mut tx, by, Change::of("order.shipped", "order", id).before(before).after(after)).await?;
                return tx.commit().await;
            }
            Step::Complete => ("completed", Event::OrderCompleted(OrderCompleted { order_id: id, number, total })),
            Step::Cancel | Step::Pay => return Err(Refusal::IllegalStep { from: order.status, step }.into()),
        };
        let change = OrderChange { history: vec![entry], ..unchanged(&order, to) };
        tx.save_orders(&[change], self.now()).await?;
        self.append_event(&mut tx, event).await?;
        let change = Change::of("order.completed", "order", id).before(before).after(json!({ "status": to }));
        self.record(&mut tx, by, change).await?;
        tx.commit().await
    }

    /// Cancels unpaid orders whose time is over, at most so many; answers how many. Time runs from when an order can be
    /// paid: one that the inventory has not decided yet, because the backbone is down, was not left unpaid. Nor was one
    /// with a started payment; it waits until that has an end.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn expire_orders(&self, most: u32) -> Result<u32> {
        let count = retried(|| async {
            let mut tx = self.store().begin().await?;
            let due = tx.lock_expired(self.now(), most).await?;
            self.cancel_all(&mut tx, &due, CancelReason::Expired).await?;
            tx.commit().await?;
            Ok(due.len())
        })
        .await?;
        if count > 0 {
            self.notify_relay();
        }
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// The orders consumer: what the inventory said makes orders payable, or cancels them as out of stock.
    pub(in super::super) async fn handle_order_events(
        &self,
        tx: &mut S::Tx,
        events: &[(EventId, Event)],
    ) -> Result<()> {
        let mut states: BTreeMap<OrderId, Vec<ReservationState>> = BTreeMap::new();
        for OrdersEvent::InventoryUpdated(e) in events.iter().filter_map(|(_, event)| OrdersEvent::of(event)) {
            states.entry(e.order_id).or_default().push(e.reservation);
        }
        let ids: Vec<_> = states.keys().copied().collect();
        let window_end = self.now().saturating_add(self.settings().payment_window);
        let mut changes = Vec::new();
        let mut sold_out = Vec::new();
        for mut order in tx.lock_orders(&ids).await? {
            let news = order.reservation.news(order.status, states.remove(&order.id).into_iter().flatten());
            order.reservation = news.last().copied().unwrap_or(order.reservation);
            let expires_at = (news.last() == Some(&ReservationState::Reserved)).then_some(window_end);
            let history = news.into_iter().filter_map(entry).collect();
            changes.push(OrderChange { history, expires_at, ..unchanged(&order, order.status) });
            if order.reservation.is_out_of_stock(order.status) {
                sold_out.push(order);
            }
        }
        tx.save_orders(&changes, self.now()).await?;
        self.cancel_all(tx, &sold_out, CancelReason::OutOfStock).await
    }

    /// Those who have just ordered wait for it.
    pub(in super::super) fn notify_buyers(&self, events: &[(EventId, Event)]) {
        for OrdersEvent::InventoryUpdated(event) in events.iter().filter_map(|(_, event)| OrdersEvent::of(event)) {
            self.decisions().notify(event.order_id);
        }
    }

    /// Cancels locked orders; opens a refund for what was paid.
    async fn cancel_all(&self, tx: &mut S::Tx, orders: &[LockedOrder], reason: CancelReason) -> Result<()> {
        let now = self.now();
        let mut changes = Vec::with_capacity(orders.len());
        let mut events = Vec::with_capacity(orders.len());
        for order in orders {
            let to = next(order.status, Step::Cancel)?;
            let mut history = vec!["cancelled"];
            if order.status == OrderStatus::Paid && self.refund_rest(tx, order).await? {
                history.push("refund_opened");
            }
            changes.push(OrderChange { cancel_reason: Some(reason), history, ..unchanged(order, to) });
            let event = OrderCancelled { order_id: order.id, number: order.number, reason };
            events.push(encode(EventId(self.next_id()), &Event::OrderCancelled(event), now)?);
        }
        tx.save_orders(&changes, now).await?;
        let unpaid: Vec<_> = orders.iter().filter(|o| o.status == OrderStatus::Pending).map(|o| o.id).collect();
        tx.return_uses(&unpaid).await?;
        tx.append_events(events).await
    }

    /// Opens a refund of what is left of what came in, for an order that is cancelled; false where nothing is.
    pub(super) async fn refund_rest(&self, tx: &mut S::Tx, order: &LockedOrder) -> Result<bool> {
        let (fulfilment, payment) = tx.fulfilment(order).await?;
        if order.status == OrderStatus::Paid && fulfilment.has_left() {
            return Err(Refusal::PartlyShipped.into());
        }
        let amount = fulfilment.left();
        let Some(payment) = payment.filter(|_| !amount.is_zero()) else { return Ok(false) };
        let (id, at) = (RefundId(self.next_id()), self.now());
        tx.open_refund(&NewRefund { id, payment, amount, reason: None, lines: Vec::new(), at }).await?;
        Ok(true)
    }

    /// Their order, locked.
    pub(in super::super) async fn lock_own(
        &self,
        tx: &mut S::Tx,
        access: &OrderAccess,
        id: OrderId,
    ) -> Result<LockedOrder> {
        let order = tx.lock_orders(&[id]).await?.pop().ok_or(Refusal::NotFound)?;
        self.check_access(access, order)
    }
}

const fn entry(state: ReservationState) -> Option<&'static str> {
    match state {
        ReservationState::Reserved => Some("reserved"),
        ReservationState::Rejected => Some("rejected"),
        ReservationState::Pending | ReservationState::Released | ReservationState::Claimed => None,
    }
}
