//! The protocol of reservations: what the inventory makes of an order's events, and an order of what the inventory says.
//! Both are decided here and nowhere else; whoever keeps them locks the rows, asks, and writes what is answered.

use super::{InventoryEvent, InventoryUpdated, OrderId, OrderStatus, ReservationState, Warehouse};

impl InventoryEvent<'_> {
    /// The order it is about.
    pub const fn order(&self) -> OrderId {
        match self {
            Self::OrderCreated(e) => e.order_id,
            Self::OrderPaid(e) => e.order_id,
            Self::OrderCancelled(e) => e.order_id,
        }
    }

    /// Whether what it tells has happened to an order that has this status now. What is paid is never unpaid again, and what is
    /// cancelled stays so; but after a restore events of a time that is lost may still lie with the broker.
    pub const fn has_happened(&self, status: OrderStatus) -> bool {
        match self {
            Self::OrderCreated(_) => true,
            Self::OrderPaid(_) => !matches!(status, OrderStatus::Pending),
            Self::OrderCancelled(_) => matches!(status, OrderStatus::Cancelled),
        }
    }
}

impl Warehouse {
    /// Lets an event have its effect; answers what is to be told of it. None: it changes nothing.
    pub fn apply_event(&mut self, event: &InventoryEvent<'_>) -> Option<InventoryUpdated> {
        let order_id = event.order();
        let reservation = match event {
            InventoryEvent::OrderCreated(e) => self.reserve_stock(order_id, &e.items),
            InventoryEvent::OrderPaid(_) => self.claim_stock(order_id),
            InventoryEvent::OrderCancelled(_) => self.release_stock(order_id),
        }?;
        Some(InventoryUpdated { order_id, reservation })
    }
}

impl ReservationState {
    /// Whether the inventory can have come to this of an order that has this status now, as `InventoryEvent::has_happened`.
    pub const fn has_happened(self, status: OrderStatus) -> bool {
        match self {
            Self::Pending | Self::Reserved | Self::Rejected => true,
            Self::Claimed => !matches!(status, OrderStatus::Pending),
            Self::Released => matches!(status, OrderStatus::Cancelled),
        }
    }

    /// Of what the inventory says, one after the other, what is news to an order of this status that knows `self`.
    pub fn news(self, status: OrderStatus, said: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut known = self;
        let mut news = Vec::new();
        for next in said {
            if next.has_happened(status) && known.leads_to(next) {
                known = next;
                news.push(next);
            }
        }
        news
    }

    /// Whether an order of which the inventory says this is cancelled as out of stock.
    pub const fn is_out_of_stock(self, status: OrderStatus) -> bool {
        matches!((self, status), (Self::Rejected, OrderStatus::Pending))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use uuid::Uuid;

    use super::*;
    use crate::domain::fixtures::usd;
    use crate::domain::{CancelReason, Event, ItemQuantity, OrderCancelled, OrderCreated, OrderPaid, VariantId};
    use ReservationState::{Claimed, Pending, Rejected, Released, Reserved};

    #[test]
    fn the_inventory_tells_what_an_event_changes_and_nothing_of_one_that_changes_nothing() {
        let (order_id, variant_id) = (OrderId(Uuid::from_u128(1)), VariantId(Uuid::from_u128(2)));
        let (number, total, items) = (1, usd("2.00"), vec![ItemQuantity { variant_id, quantity: 2 }]);
        let created = OrderCreated { order_id, number, user_id: None, items, total, parts: None };
        let created = Event::OrderCreated(created);
        let paid = Event::OrderPaid(OrderPaid { order_id, number, total });
        let cancelled = Event::OrderCancelled(OrderCancelled { order_id, number, reason: CancelReason::ByCustomer });
        let mut warehouse = Warehouse::new([(variant_id, 5)].into(), BTreeMap::new());
        for (event, said, left) in [
            (&paid, None, 5),
            (&created, Some(Reserved), 3),
            (&created, None, 3),
            (&paid, Some(Claimed), 3),
            (&cancelled, Some(Released), 5),
            (&cancelled, None, 5),
        ] {
            let event = InventoryEvent::of(event).unwrap();
            assert_eq!(event.order(), order_id);
            let expected = said.map(|reservation| InventoryUpdated { order_id, reservation });
            assert_eq!((warehouse.apply_event(&event), warehouse.stock(variant_id)), (expected, left), "{event:?}");
        }
    }

    #[test]
    fn an_order_that_is_neither_paid_nor_cancelled_now_never_was() {
        use OrderStatus::{Cancelled, Completed, Paid, Pending, Shipped};
        let (order_id, number, total) = (OrderId(Uuid::from_u128(1)), 1, usd("2.00"));
        let created = OrderCreated { order_id, number, user_id: None, items: Vec::new(), total, parts: None };
        let cancelled = OrderCancelled { order_id, number, reason: CancelReason::ByCustomer };
        for (event, statuses) in [
            (Event::OrderCreated(created), &[Pending, Paid, Shipped, Completed, Cancelled][..]),
            (Event::OrderPaid(OrderPaid { order_id, number, total }), &[Paid, Shipped, Completed, Cancelled][..]),
            (Event::OrderCancelled(cancelled), &[Cancelled][..]),
        ] {
            for status in OrderStatus::ALL {
                let has_happened = InventoryEvent::of(&event).unwrap().has_happened(status);
                assert_eq!(has_happened, statuses.contains(&status), "{event:?} {status:?}");
            }
        }
    }

    #[test]
    fn an_order_hears_what_is_news_and_nothing_twice() {
        use OrderStatus::{Cancelled, Paid};
        for (known, status, said, news) in [
            (Pending, Cancelled, &[Reserved, Reserved, Claimed][..], &[Reserved, Claimed][..]),
            (Pending, Cancelled, &[Claimed, Released, Reserved][..], &[Released][..]),
            (Reserved, Cancelled, &[Reserved, Released, Claimed][..], &[Released][..]),
            (Rejected, Cancelled, &[Reserved, Released][..], &[][..]),
            (Claimed, Cancelled, &[][..], &[][..]),
            (Reserved, Paid, &[Claimed, Released][..], &[Claimed][..]),
            (Reserved, OrderStatus::Pending, &[Claimed, Released][..], &[][..]),
        ] {
            assert_eq!(known.news(status, said.iter().copied()), news, "{known:?} {status:?} {said:?}");
        }
    }

    #[test]
    fn only_an_order_that_waits_is_cancelled_as_out_of_stock() {
        for reservation in ReservationState::ALL {
            for status in OrderStatus::ALL {
                let expected = reservation == Rejected && status == OrderStatus::Pending;
                assert_eq!(reservation.is_out_of_stock(status), expected, "{reservation:?} {status:?}");
            }
        }
    }
}
