//! The wire form of every event: golden files that only a new version may differ from.

use shop::domain::{
    CancelReason, ChosenEvents, DiscountPart, Envelope, Event, EventId, InventoryUpdated, ItemQuantity, OrderCancelled,
    OrderCompleted, OrderCreated, OrderId, OrderPaid, OrderParts, OrderRefunded, OrderShipped, PaymentId, PromotionId,
    RefundId, RefundWay, ReservationState, ShipmentCreated, ShipmentId, ShippingMethodId, ShippingPart, TEST_TOPIC,
    TaxPart, UserId, UserRegistered, VariantId,
};
use shop::usecase::{decode, encode};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::harness::usd;

fn parts() -> OrderParts {
    OrderParts {
        subtotal: usd("60.00"),
        discounts: vec![DiscountPart { promotion_id: Some(PromotionId(Uuid::from_u128(4))), amount: usd("7.50") }],
        shipping: Some(ShippingPart { method_id: Some(ShippingMethodId(Uuid::from_u128(5))), price: usd("5.00") }),
        tax: TaxPart { included: true, amount: usd("9.18") },
    }
}

fn samples() -> Vec<(Event, &'static str)> {
    let order_id = OrderId(Uuid::from_u128(1));
    let (number, total) = (1001, usd("57.50"));
    let paid = OrderPaid { order_id, number, total };
    let shipped = OrderShipped { order_id, number, total, parcels: Some(2) };
    let completed = OrderCompleted { order_id, number, total };
    let created = OrderCreated {
        order_id,
        number,
        user_id: Some(UserId(Uuid::from_u128(2))),
        items: vec![ItemQuantity { variant_id: VariantId(Uuid::from_u128(3)), quantity: 2 }],
        total,
        parts: Some(parts()),
    };
    let (refund_id, payment_id) = (RefundId(Uuid::from_u128(6)), PaymentId(Uuid::from_u128(7)));
    let parcel = ShipmentCreated {
        order_id,
        number,
        shipment_id: ShipmentId(Uuid::from_u128(8)),
        items: vec![ItemQuantity { variant_id: VariantId(Uuid::from_u128(3)), quantity: 1 }],
        is_last: false,
    };
    let way = Some(RefundWay::AsPaid);
    let refunded = OrderRefunded { order_id, number, refund_id, payment_id, amount: total, way };
    let cancelled = OrderCancelled { order_id, number, reason: CancelReason::OutOfStock };
    let updated = InventoryUpdated { order_id, reservation: ReservationState::Reserved };
    vec![
        (Event::OrderCreated(created), include_str!("golden/order.created.v1.json")),
        (Event::OrderPaid(paid), include_str!("golden/order.paid.v1.json")),
        (Event::OrderCancelled(cancelled), include_str!("golden/order.cancelled.v1.json")),
        (Event::OrderShipped(shipped), include_str!("golden/order.shipped.v1.json")),
        (Event::OrderCompleted(completed), include_str!("golden/order.completed.v1.json")),
        (Event::OrderRefunded(refunded), include_str!("golden/order.refunded.v1.json")),
        (Event::ShipmentCreated(parcel), include_str!("golden/shipment.created.v1.json")),
        (Event::InventoryUpdated(updated), include_str!("golden/inventory.updated.v1.json")),
        (
            Event::UserRegistered(UserRegistered { user_id: UserId(Uuid::from_u128(2)) }),
            include_str!("golden/user.registered.v1.json"),
        ),
    ]
}

#[test]
fn every_event_travels_as_its_golden_file_says_and_is_read_back() {
    for (event, golden) in samples() {
        let envelope = encode(EventId(Uuid::from_u128(9)), &event, OffsetDateTime::UNIX_EPOCH).unwrap();
        assert_eq!(envelope.payload, golden.trim_end(), "{}", envelope.kind);
        assert_eq!(envelope.kind, format!("shop.{}.v1", envelope.topic));
        assert_eq!(decode(&envelope).unwrap(), event);
    }
}

#[test]
fn every_event_of_the_table_has_a_golden_file() {
    let kinds: Vec<_> = samples().iter().map(|(event, _)| event.kind()).collect();
    for known in Event::TYPES {
        assert!(kinds.contains(&known.kind), "{} has no sample", known.kind);
    }
}

#[test]
fn no_event_tells_who_somebody_is() {
    for (event, _) in samples() {
        let envelope = encode(EventId(Uuid::nil()), &event, OffsetDateTime::UNIX_EPOCH).unwrap();
        assert!(!envelope.payload.contains('@') && !envelope.payload.contains("name"), "{}", envelope.payload);
    }
}

#[test]
fn an_order_of_the_first_release_is_read_though_it_has_no_parts() {
    let envelope = encode(EventId(Uuid::nil()), &samples().remove(0).0, OffsetDateTime::UNIX_EPOCH).unwrap();
    let (before, _) = envelope.payload.split_once(",\"parts\"").unwrap();
    let old = Envelope { payload: format!("{before}}}"), ..envelope };
    let Event::OrderCreated(read) = decode(&old).unwrap() else { panic!("another event") };
    assert_eq!((read.total, read.parts), (usd("57.50"), None));
}

#[test]
fn a_shipped_order_of_an_earlier_release_does_not_say_how_many_parcels_it_left_in() {
    let (shipped, _) = samples().remove(3);
    let envelope = encode(EventId(Uuid::nil()), &shipped, OffsetDateTime::UNIX_EPOCH).unwrap();
    let old = Envelope { payload: envelope.payload.replace(",\"parcels\":2", ""), ..envelope };
    let Event::OrderShipped(read) = decode(&old).unwrap() else { panic!("another event") };
    assert_eq!(read.parcels, None);
}

#[test]
fn a_refund_of_an_earlier_release_does_not_say_which_way_it_went() {
    let (refunded, _) = samples().remove(5);
    let envelope = encode(EventId(Uuid::nil()), &refunded, OffsetDateTime::UNIX_EPOCH).unwrap();
    let old = Envelope { payload: envelope.payload.replace(",\"way\":\"as_paid\"", ""), ..envelope.clone() };
    assert_ne!(old.payload, envelope.payload);
    let Event::OrderRefunded(read) = decode(&old).unwrap() else { panic!("another event") };
    assert_eq!((read.amount, read.way), (usd("57.50"), None));
}

#[test]
fn what_other_programs_may_be_told_stands_in_their_guide() {
    let guide = include_str!("../../docs/webhooks.md");
    let rows: Vec<_> = guide
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(topic, _)| topic)
        .filter(|topic| topic.contains('.'))
        .collect();
    let told: Vec<_> = ChosenEvents::all().iter().copied().chain([TEST_TOPIC]).collect();
    assert_eq!(rows, told);
}
