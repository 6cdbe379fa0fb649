//! After a restore: what was done in a time that is lost is not done twice. The whole way, from a cluster that is deleted, is
//! `server/tests/chaos/restore.rs`.

use serde_json::json;
use shop::domain::{Consumer, Envelope, EventId, ReservationState};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{Clock, EventViews, MailState};
use time::Duration;

use crate::harness::TestShop;
use crate::harness::rules::seller;

/// The broker took them, and they were handled after the moment that the database is restored to.
const HANDLED_LATER: &str = "update outbox set published_at = occurred_at where published_at is null";

#[tokio::test]
async fn what_is_done_again_has_one_effect_and_no_letter_of_it_leaves() {
    let shop = TestShop::open().await;
    shop.sold_by(&seller()).await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let ada = shop.customer("Ada").await;
    let paid = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let placed = shop.place(ada, &[("MUG", "2")]).await;
    shop.shop.pay_order(ada, paid, Approve).await.unwrap();
    shop.execute(HANDLED_LATER).await;
    shop.deliver().await;
    assert_eq!(shop.stock("MUG").await, 9, "nobody hears of what was published");
    let to = shop.clock.now();

    let state = shop.shop.restored_state(to).await.unwrap();
    assert_eq!((state.begun_at, state.ended_at, state.without_effect.len()), (None, None, 2));
    assert!(state.newest_event.is_some_and(|newest| newest <= to));
    let begun = shop.shop.begin_after_restore(to, &state.without_effect, 500).await.unwrap();
    assert_eq!(begun.events, 2);
    assert!(begun.mail > 0);
    assert!(shop.shop.take_mail(100).await.unwrap().is_empty(), "a worker that is started now sends nothing of then");
    shop.deliver().await;
    assert_eq!(shop.stock("MUG").await, 7);
    assert_eq!(shop.order(ada, placed).await.reservation, ReservationState::Reserved);
    let ended = shop.shop.end_after_restore(to, Some(begun.at)).await.unwrap();
    assert!(ended.mail > 0 && ended.events >= 2, "{ended:?}");

    // Whoever else reads them gets them once more; here they are known.
    let letters = shop.count("select count(*) from email_messages").await;
    shop.deliver().await;
    assert_eq!(shop.stock("MUG").await, 7);
    assert_eq!(shop.count("select count(*) from email_messages").await, letters);
    assert!(shop.shop.take_mail(100).await.unwrap().is_empty(), "it waits");
    let unsent = shop.shop.unsent_mail(100).await.unwrap();
    assert!(unsent.iter().all(|mail| mail.state == MailState::Uncertain), "{unsent:?}");
    assert!(unsent.iter().any(|mail| mail.kind == "payment_received"), "{unsent:?}");

    // The invoice is in a series that nobody has seen, from its first number.
    let series = begun.seller.unwrap().invoice_series;
    let number: String = shop.scalar("select number from papers where kind = $1", "invoice").await;
    let year = shop.shop.local_time(shop.clock.now()).date().year();
    assert_eq!(number, format!("{series}{year}-000001"));
    assert_ne!(series, seller().invoice_series);
    // So is the next order, and what comes of it goes out.
    let next = shop.place_reserved(ada, &[("MUG", "1")]).await;
    assert!(shop.order(ada, next).await.number > begun.last_number_left_out.unwrap());
    assert!(!shop.shop.take_mail(100).await.unwrap().is_empty());

    let state = shop.shop.restored_state(to).await.unwrap();
    // Recorded in the transaction of the first part, and kept by the microsecond.
    let is_begun =
        state.begun_at.is_some_and(|at| at >= begun.at - Duration::MICROSECOND && state.ended_at >= Some(at));
    assert!(is_begun && state.without_effect.is_empty(), "{state:?}");
    assert_eq!(shop.count("select count(*) from audit_log where subject_kind = 'restore'").await, 2);
    assert_eq!(shop.shop.verify_audit_log().await.unwrap().flaw, None);
    shop.done().await;
}

#[tokio::test]
async fn providers_are_asked_at_once_about_what_was_open() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.begin_payment(ada, id).await.unwrap();
    shop.clock.advance(time::Duration::minutes(2));
    // It was asked often already, so the next time is far away.
    shop.execute("update payments set looked_at = now() + interval '2 minutes', looks = 9").await;
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 0);
    assert_eq!(shop.count("select looks::bigint from payments").await, 9);
    shop.shop.begin_after_restore(shop.clock.now(), &[], 0).await.unwrap();
    assert_eq!(shop.shop.reconcile_payments(10).await.unwrap(), 0, "nobody has paid");
    assert_eq!(shop.count("select looks::bigint from payments").await, 1, "it was asked");
    shop.done().await;
}

#[tokio::test]
async fn an_order_that_is_alive_again_keeps_its_items_whatever_lies_with_the_broker() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "2")]).await;
    let waiting = shop.shop.store().unpublished_events(500).await.unwrap().into_iter();
    let created = waiting.map(|(_, event)| event).find(|event| event.topic == "order.created").unwrap();
    shop.deliver().await;
    let number = shop.order(ada, id).await.number;
    // In the time that is lost it was paid, cancelled and released, and nobody's offset says that they have read it.
    let of_then = |n: u128, topic: &str, more: serde_json::Value| {
        let mut payload = json!({ "order_id": id, "number": number });
        payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Envelope {
            id: EventId(uuid::Uuid::from_u128(n)),
            topic: topic.to_owned(),
            kind: format!("shop.{topic}.v1"),
            payload: payload.to_string(),
            ..created.clone()
        }
    };
    let paid = of_then(1, "order.paid", json!({ "total": { "amount": "48.00", "currency": "USD" } }));
    let cancelled = of_then(2, "order.cancelled", json!({ "reason": "by_customer" }));
    let released = of_then(3, "inventory.updated", json!({ "reservation": "released" }));
    let lost = [(Consumer::Inventory, paid), (Consumer::Inventory, cancelled), (Consumer::Orders, released)];
    for (group, lost) in lost {
        assert_eq!(shop.shop.consume(group, &[lost]).await.unwrap(), []);
        shop.deliver().await;
        assert_eq!(shop.stock("MUG").await, 8);
        assert_eq!(shop.order(ada, id).await.reservation, ReservationState::Reserved);
    }
    assert_eq!(shop.count("select count(*) from outbox where topic like '%.dlq'").await, 0);
    // It is paid and cancelled as any other.
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.deliver().await;
    assert_eq!(shop.order(ada, id).await.reservation, ReservationState::Claimed);
    shop.shop.cancel_order(ada, id).await.unwrap();
    shop.deliver().await;
    assert_eq!(shop.stock("MUG").await, 10);
    shop.done().await;
}
