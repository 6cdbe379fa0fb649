//! What holds whenever nothing is under way, and what holds once all time is over.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use shop::domain::{CancelReason, OrderId, OrderStatus, PaymentFlaw, PaymentState, ReservationState, VariantId};

use super::tables::{OrderRow, PaymentRow, Tables, is_held};
use super::world::World;

type Counts = BTreeMap<&'static str, u64>;

/// The books, whenever all events have had their effect.
pub fn check_quiet(tables: &Tables) {
    for (variant, stock) in &tables.stock {
        let moved: i64 = tables.ledger.iter().filter(|m| m.variant == *variant).map(|m| m.units).sum();
        assert_eq!(*stock, tables.received[variant] + moved, "the ledger explains what is left of {variant}");
    }
    let mut told: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for envelope in &tables.outbox {
        *told.entry((envelope.topic.as_str(), envelope.key.as_str())).or_default() += 1;
    }
    for (id, order) in &tables.orders {
        check_units(tables, *id, order);
        check_money(tables, *id, order);
        check_life(*id, order);
        let key = id.to_string();
        for (topic, kind) in [("order.paid", "paid"), ("order.cancelled", "cancelled")] {
            let events = told.get(&(topic, key.as_str())).copied().unwrap_or_default();
            assert_eq!(events, times(order, kind), "{topic} is told as often as it happens: {order:?}");
        }
    }
}

/// What an order holds was taken out of stock for it, and nothing else was; and it knows what the inventory says of it.
fn check_units(tables: &Tables, id: OrderId, order: &OrderRow) {
    let reservation = &tables.reservations[&id];
    assert_eq!(order.reservation, reservation.state, "{id}: {order:?}");
    let mut units: BTreeMap<VariantId, i64> = BTreeMap::new();
    for movement in tables.ledger.iter().filter(|m| m.order == id) {
        *units.entry(movement.variant).or_default() += movement.units;
    }
    for line in reservation.lines.iter().filter(|_| is_held(reservation.state)) {
        *units.entry(line.variant_id).or_default() += i64::from(line.quantity);
    }
    assert!(units.values().all(|left| *left == 0), "{id}: {units:?} {reservation:?}");
}

/// One payment pays an order; whatever else came in goes back, and so does what paid an order that was cancelled.
fn check_money(tables: &Tables, id: OrderId, order: &OrderRow) {
    let came: Vec<_> = tables.payments.iter().filter(|(_, row)| row.order == id && row.received.is_some()).collect();
    let paying = came.iter().filter(|(_, row)| row.flaw.is_none()).count();
    assert_eq!(paying, times(order, "paid"), "{id}: {order:?}");
    for (payment, row) in came {
        let back: Vec<_> = tables.refunds.values().filter(|r| r.payment == *payment).map(|r| r.amount).collect();
        let is_kept = row.flaw.is_none() && order.status == OrderStatus::Paid;
        let expected: Vec<_> = row.received.into_iter().filter(|_| !is_kept).collect();
        assert_eq!(back, expected, "{id}: {order:?} {row:?}");
    }
}

fn check_life(id: OrderId, order: &OrderRow) {
    use OrderStatus::{Cancelled, Paid, Pending};
    use ReservationState::{Claimed, Rejected, Released, Reserved};
    let (paid, cancelled) = (times(order, "paid"), times(order, "cancelled"));
    let is_right = match (order.status, order.reservation, order.cancel_reason) {
        (Pending, Reserved, None) => (paid, cancelled) == (0, 0),
        (Paid, Claimed, None) => (paid, cancelled) == (1, 0),
        (Cancelled, Released, Some(CancelReason::Expired)) | (Cancelled, Rejected, Some(CancelReason::OutOfStock)) => {
            (paid, cancelled) == (0, 1)
        }
        (Cancelled, Released, Some(CancelReason::ByCustomer)) => paid <= 1 && cancelled == 1,
        (Cancelled, Rejected, Some(CancelReason::ByCustomer)) => (paid, cancelled) == (0, 1),
        _ => false,
    };
    assert!(is_right, "{id}: {order:?}");
}

/// Nothing waits any more, and the shop and its provider know the same of the money.
pub fn check_end(world: &World) {
    let tables = &world.tables;
    let waits = tables.orders.iter().find(|(_, order)| order.status == OrderStatus::Pending);
    assert!(waits.is_none(), "{waits:?}");
    let is_approved = |row: &PaymentRow| row.state == PaymentState::Approved;
    for (payment, row) in &tables.payments {
        assert_ne!(row.state, PaymentState::Started, "{payment}: {row:?}");
        assert_eq!(row.received, world.taken(*payment), "what the provider took is on record: {payment}");
        assert_eq!(is_approved(row), row.received.is_some(), "{payment}: {row:?}");
    }
    for (refund, row) in &tables.refunds {
        assert_eq!((row.is_done, world.given_back(*refund)), (true, Some(row.amount)), "{refund}: {row:?}");
    }
    let kept: Decimal =
        tables.orders.values().filter(|o| o.status == OrderStatus::Paid).map(|o| o.total.amount()).sum();
    let received = tables.payments.values().filter_map(|row| row.received).map(|money| money.amount());
    let refunded = tables.refunds.values().map(|row| row.amount.amount());
    assert_eq!(received.sum::<Decimal>() - refunded.sum::<Decimal>(), kept, "the shop has what its paid orders cost");
}

/// What became of it all: a simulation in which something never happens shows nothing of it.
pub fn note_ends(world: &World, seen: &mut Counts) {
    let mut note = |what: &'static str, is_so: bool| *seen.entry(what).or_default() += u64::from(is_so);
    for (id, order) in &world.tables.orders {
        let reservation = &world.tables.reservations[id];
        let was_paid = times(order, "paid") > 0;
        note("paid", order.status == OrderStatus::Paid);
        note("cancelled after it was paid", was_paid && order.status == OrderStatus::Cancelled);
        note("out of stock", order.cancel_reason == Some(CancelReason::OutOfStock));
        note("expired", order.cancel_reason == Some(CancelReason::Expired));
        note(
            "cancelled before anything was held",
            reservation.state == ReservationState::Released && reservation.lines.is_empty(),
        );
        note(
            "rejected after it was cancelled",
            reservation.state == ReservationState::Rejected && order.cancel_reason == Some(CancelReason::ByCustomer),
        );
    }
    for flaw in PaymentFlaw::ALL {
        note(flaw.as_str(), world.tables.payments.values().any(|row| row.flaw == Some(flaw)));
    }
    note("repeated", world.tables.repeated > 0);
}

fn times(order: &OrderRow, kind: &str) -> usize {
    order.history.iter().filter(|entry| **entry == kind).count()
}
