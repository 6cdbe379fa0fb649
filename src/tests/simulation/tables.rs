//! What the database keeps of the protocol, and the transactions of the use cases, each whole or not at all: rows are locked,
//! the domain decides, and what it says is written with its events. What is decided stands in the domain, and nowhere here.

use std::collections::{BTreeMap, BTreeSet};

use shop::domain::{
    CancelReason, Consumer, Envelope, Event, EventId, InventoryEvent, ItemQuantity, Money, Movement, OrderCancelled,
    OrderCreated, OrderId, OrderPaid, OrderStatus, OrdersEvent, PaymentFlaw, PaymentId, PaymentState, RefundId,
    Refusal, Reservation, ReservationState, Step, StockChange, StockLevel, VariantId, Warehouse, next, receive,
};
use shop::usecase::{decode, encode};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long an order waits for its payment.
const WINDOW: Duration = Duration::minutes(15);

#[derive(Debug)]
pub struct OrderRow {
    pub number: i64,
    pub status: OrderStatus,
    pub reservation: ReservationState,
    pub total: Money,
    pub expires_at: OffsetDateTime,
    pub cancel_reason: Option<CancelReason>,
    pub history: Vec<&'static str>,
}

#[derive(Debug)]
pub struct PaymentRow {
    pub order: OrderId,
    pub state: PaymentState,
    pub received: Option<Money>,
    pub flaw: Option<PaymentFlaw>,
}

#[derive(Debug)]
pub struct RefundRow {
    pub payment: PaymentId,
    pub amount: Money,
    pub is_done: bool,
}

/// What a provider says of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Approved(Money),
    Declined,
    Expired,
}

#[derive(Debug, Default)]
pub struct Tables {
    pub stock: BTreeMap<VariantId, i64>,
    /// What was put on the shelf, less what was taken off it, by staff.
    pub received: BTreeMap<VariantId, i64>,
    pub ledger: Vec<Movement>,
    pub reservations: BTreeMap<OrderId, Reservation>,
    pub orders: BTreeMap<OrderId, OrderRow>,
    pub payments: BTreeMap<PaymentId, PaymentRow>,
    pub refunds: BTreeMap<RefundId, RefundRow>,
    pub outbox: Vec<Envelope>,
    inbox: BTreeSet<(&'static str, EventId)>,
    /// Deliveries that had no effect, since they were not the first.
    pub repeated: u64,
    ids: u128,
}

impl Tables {
    fn id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    fn append(&mut self, event: &Event, now: OffsetDateTime) {
        let id = EventId(self.id());
        self.outbox.push(encode(id, event, now).unwrap());
    }

    /// A variant of which so many lie there.
    pub fn stock_up(&mut self, units: i64) -> VariantId {
        let variant = VariantId(self.id());
        self.stock.insert(variant, units);
        self.received.insert(variant, units);
        variant
    }

    /// Staff count what lies there: so many more than orders hold.
    pub fn count(&mut self, variant: VariantId, free: u32) {
        let held = self.reservations.values().filter(|r| is_held(r.state)).flat_map(|r| &r.lines);
        let reserved: u32 = held.filter(|line| line.variant_id == variant).map(|line| line.quantity).sum();
        let stock = self.stock.get_mut(&variant).unwrap();
        let level = StockLevel { stock: u32::try_from(*stock).unwrap(), reserved };
        let units = level.movement(StockChange::Count(reserved + free)).unwrap();
        *stock += units;
        *self.received.get_mut(&variant).unwrap() += units;
    }

    pub fn place_order(&mut self, items: Vec<ItemQuantity>, total: Money, now: OffsetDateTime) -> OrderId {
        let order_id = OrderId(self.id());
        let number = i64::try_from(self.orders.len()).unwrap() + 1;
        let row = OrderRow {
            number,
            status: OrderStatus::Pending,
            reservation: ReservationState::Pending,
            total,
            expires_at: now + WINDOW,
            cancel_reason: None,
            history: Vec::new(),
        };
        self.orders.insert(order_id, row);
        let created = OrderCreated { order_id, number, user_id: None, items, total, parts: None };
        self.append(&Event::OrderCreated(created), now);
        order_id
    }

    /// What was paid is given back.
    pub fn cancel_order(&mut self, id: OrderId, reason: CancelReason, now: OffsetDateTime) -> Result<(), Refusal> {
        let order = self.orders.get_mut(&id).unwrap();
        let was_paid = order.status == OrderStatus::Paid;
        order.status = next(order.status, Step::Cancel)?;
        order.cancel_reason = Some(reason);
        order.history.push("cancelled");
        let number = order.number;
        if was_paid {
            let paid = |row: &PaymentRow| row.order == id && row.state == PaymentState::Approved && row.flaw.is_none();
            let (payment, row) = self.payments.iter().find(|(_, row)| paid(row)).unwrap();
            let (payment, amount) = (*payment, row.received.unwrap());
            self.open_refund(payment, amount);
        }
        self.append(&Event::OrderCancelled(OrderCancelled { order_id: id, number, reason }), now);
        Ok(())
    }

    fn open_refund(&mut self, payment: PaymentId, amount: Money) {
        let id = RefundId(self.id());
        self.refunds.insert(id, RefundRow { payment, amount, is_done: false });
    }

    /// Unpaid orders whose time is over, as `lock_expired` finds them.
    pub fn expired_orders(&self, now: OffsetDateTime) -> Vec<OrderId> {
        let is_asked_for = |id: OrderId| {
            let mut payments = self.payments.values();
            payments.any(|row| row.order == id && row.state == PaymentState::Started)
        };
        let is_due = |id: OrderId, order: &OrderRow| {
            order.status == OrderStatus::Pending
                && order.reservation == ReservationState::Reserved
                && order.expires_at <= now
                && !is_asked_for(id)
        };
        self.orders.iter().filter(|(id, order)| is_due(**id, order)).map(|(id, _)| *id).collect()
    }

    /// The attempt to make, the open one where there is one; none: the order cannot be paid. As `start_payment`.
    pub fn start_payment(&mut self, order: OrderId, now: OffsetDateTime) -> Option<PaymentId> {
        let is_open =
            |row: &PaymentRow| row.order == order && row.flaw.is_none() && row.state != PaymentState::Declined;
        if let Some((payment, row)) = self.payments.iter().find(|(_, row)| is_open(row)) {
            return (row.state == PaymentState::Started).then_some(*payment);
        }
        let row = &self.orders[&order];
        if next(row.status, Step::Pay).is_err()
            || row.reservation != ReservationState::Reserved
            || row.expires_at <= now
        {
            return None;
        }
        let payment = PaymentId(self.id());
        self.payments.insert(payment, PaymentRow { order, state: PaymentState::Started, received: None, flaw: None });
        Some(payment)
    }

    /// Whether nobody can pay an attempt's order any more.
    pub fn is_over(&self, payment: PaymentId, now: OffsetDateTime) -> bool {
        let order = &self.orders[&self.payments[&payment].order];
        next(order.status, Step::Pay).is_err() || order.expires_at <= now
    }

    /// An end over none, and money over an end without: as `settle_payment`.
    pub fn settle_payment(&mut self, payment: PaymentId, answer: Answer, now: OffsetDateTime) {
        let row = self.payments.get_mut(&payment).unwrap();
        let order = self.orders.get_mut(&row.order).unwrap();
        match (row.state, answer) {
            (PaymentState::Started, Answer::Declined | Answer::Expired) => {
                row.state = PaymentState::Declined;
                order.history.push("payment_declined");
            }
            (PaymentState::Started | PaymentState::Declined, Answer::Approved(received)) => {
                row.state = PaymentState::Approved;
                row.received = Some(received);
                match receive(order.status, order.total, received) {
                    Ok(to) => {
                        order.status = to;
                        order.history.push("paid");
                        let paid = OrderPaid { order_id: row.order, number: order.number, total: order.total };
                        self.append(&Event::OrderPaid(paid), now);
                    }
                    Err(flaw) => {
                        row.flaw = Some(flaw);
                        order.history.push(flaw.as_str());
                        self.open_refund(payment, received);
                    }
                }
            }
            (PaymentState::Declined, Answer::Declined | Answer::Expired) | (PaymentState::Approved, _) => {}
        }
    }

    /// A batch has its effect: each event once.
    pub fn consume(&mut self, consumer: Consumer, batch: &[Envelope], now: OffsetDateTime) {
        let mut events = Vec::new();
        for envelope in batch {
            if self.inbox.insert((consumer.group(), envelope.id)) {
                events.push(decode(envelope).unwrap());
            } else {
                self.repeated += 1;
            }
        }
        match consumer {
            Consumer::Inventory => self.decide(&events, now),
            Consumer::Orders => self.hear(&events, now),
            Consumer::Notification | Consumer::Webhooks => {}
        }
    }

    /// The inventory's side.
    fn decide(&mut self, events: &[Event], now: OffsetDateTime) {
        let events: Vec<_> = events.iter().filter_map(InventoryEvent::of).collect();
        let orders: BTreeSet<_> = events.iter().map(InventoryEvent::order).collect();
        let nothing = Reservation { state: ReservationState::Pending, lines: Vec::new() };
        let known = |id: OrderId| self.reservations.get(&id).unwrap_or(&nothing).clone();
        let reservations = orders.into_iter().map(|id| (id, known(id))).collect();
        let stock = self.stock.iter().map(|(id, units)| (*id, u32::try_from(*units).unwrap())).collect();
        let mut warehouse = Warehouse::new(stock, reservations);
        let has_happened = |event: &&InventoryEvent<'_>| event.has_happened(self.orders[&event.order()].status);
        let updates: Vec<_> =
            events.iter().filter(has_happened).filter_map(|event| warehouse.apply_event(event)).collect();
        for movement in warehouse.movements() {
            *self.stock.get_mut(&movement.variant).unwrap() += movement.units;
        }
        self.ledger.extend_from_slice(warehouse.movements());
        for update in updates {
            self.reservations.insert(update.order_id, warehouse.reservation(update.order_id).unwrap().clone());
            self.append(&Event::InventoryUpdated(update), now);
        }
    }

    /// The orders' side.
    fn hear(&mut self, events: &[Event], now: OffsetDateTime) {
        let mut said: BTreeMap<OrderId, Vec<ReservationState>> = BTreeMap::new();
        for OrdersEvent::InventoryUpdated(update) in events.iter().filter_map(OrdersEvent::of) {
            said.entry(update.order_id).or_default().push(update.reservation);
        }
        let mut out_of_stock = Vec::new();
        for (id, said) in said {
            let order = self.orders.get_mut(&id).unwrap();
            let news = order.reservation.news(order.status, said);
            order.reservation = news.last().copied().unwrap_or(order.reservation);
            if news.last() == Some(&ReservationState::Reserved) {
                order.expires_at = now + WINDOW;
            }
            if order.reservation.is_out_of_stock(order.status) {
                out_of_stock.push(id);
            }
        }
        for id in out_of_stock {
            self.cancel_order(id, CancelReason::OutOfStock, now).unwrap();
        }
    }
}

pub const fn is_held(state: ReservationState) -> bool {
    matches!(state, ReservationState::Reserved | ReservationState::Claimed)
}
