//! Consuming: once per event, poison set aside, trouble retried.

use shop::domain::{Consumer, Envelope, EventId, OrderStatus, ReservationState};
use shop::usecase::EventViews;
use shop::usecase::SandboxOutcome::Approve;

use crate::harness::TestShop;

async fn waiting(shop: &TestShop) -> Vec<Envelope> {
    shop.shop.store().unpublished_events(500).await.unwrap().into_iter().map(|(_, e)| e).collect()
}

#[tokio::test]
async fn a_journey_from_click_to_mail() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.deliver().await;
    let order = shop.order(ada, id).await;
    assert_eq!((order.status, order.reservation), (OrderStatus::Paid, ReservationState::Claimed));
    let kinds: Vec<String> = sqlx::query_scalar("select kind from email_messages order by created_at, kind")
        .fetch_all(shop.shop.store().pool())
        .await
        .unwrap();
    assert_eq!(kinds.len(), 3);
    for kind in ["welcome", "order_received", "payment_received"] {
        assert!(kinds.iter().any(|k| k == kind), "{kind}");
    }
    shop.done().await;
}

#[tokio::test]
async fn an_event_delivered_again_and_again_has_its_effect_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    shop.place(ada, &[("MUG", "2")]).await;
    let events = waiting(&shop).await;
    let doubled: Vec<_> = events.iter().chain(&events).cloned().collect();
    for _ in 0..3 {
        for consumer in Consumer::ALL {
            let share = |e: &&Envelope| consumer.consumes(&e.topic);
            let batch: Vec<_> = doubled.iter().filter(share).cloned().collect();
            shop.shop.consume(consumer, &batch).await.unwrap();
        }
    }
    assert_eq!(shop.stock("MUG").await, 3);
    assert_eq!(shop.count("select count(*) from email_messages").await, 2);
    shop.done().await;
}

#[tokio::test]
async fn a_message_nobody_understands_becomes_a_dead_letter_and_the_rest_flows() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    let good = waiting(&shop).await.into_iter().find(|e| e.topic == "order.created").unwrap();
    let bad = |n: u128, kind: &str, payload: &str| Envelope {
        id: EventId(uuid::Uuid::from_u128(n)),
        kind: kind.into(),
        payload: payload.into(),
        ..good.clone()
    };
    let nobodys_order = good.payload.replace(&id.to_string(), "00000000-0000-4000-8000-000000000000");
    let batch = [
        bad(1, &good.kind, "{"),
        bad(2, "shop.order.created.v9", &good.payload),
        good.clone(),
        bad(3, &good.kind, "nul \0 here"),
        bad(4, &good.kind, &nobodys_order),
    ];
    shop.shop.consume(Consumer::Inventory, &batch).await.unwrap();
    shop.deliver().await;
    assert!(shop.order(ada, id).await.is_payable(), "the good one had its effect");
    let dead = shop.shop.store().dead_letters(10).await.unwrap();
    assert_eq!(dead.len(), 4);
    for letter in &dead {
        assert_eq!(letter.envelope.topic, "order.created.dlq");
        let header = |name: &str| letter.envelope.headers.iter().any(|(n, v)| n == name && !v.is_empty());
        assert!(["dlq_group", "dlq_topic", "dlq_event_id", "dlq_reason"].into_iter().all(header));
    }
    shop.shop.consume(Consumer::Inventory, &batch).await.unwrap();
    shop.deliver().await;
    assert_eq!(shop.shop.store().dead_letters(10).await.unwrap().len(), 4, "a poison message dies once");
    shop.done().await;
}

#[tokio::test]
async fn a_dead_letter_that_is_replayed_has_its_effect_when_it_can() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    let good = waiting(&shop).await.into_iter().find(|e| e.topic == "order.created").unwrap();
    // As if a consumer of an older version had met it.
    shop.shop.dead_letter(Consumer::Inventory, good, "unknown event type").await.unwrap();
    shop.deliver().await;
    assert!(shop.order(ada, id).await.is_confirming());
    let dead = shop.shop.store().dead_letters(10).await.unwrap();
    shop.shop.replay(&dead[0]).await.unwrap();
    shop.deliver().await;
    assert!(shop.order(ada, id).await.is_payable());
    let mails = "select count(*) from email_messages where kind = 'order_received'";
    assert_eq!(shop.count(mails).await, 1, "the other groups had their effect already");
    assert!(shop.shop.store().dead_letters(10).await.unwrap().is_empty(), "what was put back is not put back again");
    shop.done().await;
}

#[tokio::test]
async fn while_the_database_is_away_a_batch_waits_and_nothing_is_lost() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    let events = waiting(&shop).await;
    let away = shop.another_process().await;
    away.store().close().await;
    let error = away.consume(Consumer::Inventory, &events).await.unwrap_err();
    assert!(error.is_transient(), "{error:?}");
    shop.deliver().await;
    assert!(shop.order(ada, id).await.is_payable());
    assert_eq!(shop.count("select count(*) from outbox where topic like '%.dlq'").await, 0);
    shop.done().await;
}
