//! Consuming: once per event, poison set aside, trouble retried.

use shop::domain::{Consumer, Envelope, EventId, OrderStatus, ReservationState};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{Embedded, EventViews, Inventory, Relayed, Store, Tx};

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
async fn two_that_are_handed_the_same_orders_at_once_have_one_effect() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    shop.deliver().await;
    let orders = [shop.place(ada, &[("MUG", "2")]).await, shop.place(ada, &[("MUG", "1")]).await];
    for (consumer, topic) in [
        (Consumer::Inventory, "order.created"),
        (Consumer::Notification, "order.created"),
        (Consumer::Orders, "inventory.updated"),
    ] {
        let batch: Vec<_> = waiting(&shop).await.into_iter().filter(|event| event.topic == topic).collect();
        assert_eq!(batch.len(), 2, "{topic}");
        let (first, second) = tokio::join!(shop.shop.consume(consumer, &batch), shop.shop.consume(consumer, &batch));
        assert_eq!((first.unwrap(), second.unwrap()), (Vec::new(), Vec::new()));
        assert_eq!(shop.shop.consume(consumer, &batch[..1]).await.unwrap(), Vec::new());
        let remembered = "select count(*) from consumer_inbox i join outbox o using (event_id) where o.key = any($1)
            and i.consumer = $2 and o.topic = $3";
        let keys: Vec<_> = orders.iter().map(ToString::to_string).collect();
        let query = sqlx::query_scalar(remembered).bind(keys).bind(consumer.group()).bind(topic);
        let remembered: i64 = query.fetch_one(shop.shop.store().pool()).await.unwrap();
        assert_eq!(remembered, 2, "{consumer:?}");
    }
    assert_eq!(shop.stock("MUG").await, 2);
    assert_eq!(shop.count("select count(*) from outbox where topic = 'inventory.updated'").await, 2);
    assert_eq!(shop.count("select count(*) from email_messages where kind = 'order_received'").await, 2);
    assert_eq!(shop.count("select count(*) from order_events where kind = 'reserved'").await, 2);
    shop.deliver().await;
    shop.done().await;
}

#[tokio::test]
async fn of_orders_that_are_partly_known_only_the_new_ones_are_written_of() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    shop.deliver().await;
    let orders = [shop.place(ada, &[("MUG", "1")]).await, shop.place(ada, &[("MUG", "1")]).await];
    let mut batch: Vec<_> = waiting(&shop).await.into_iter().filter(|event| event.topic == "order.created").collect();
    assert_eq!(batch.len(), 2);
    let letters =
        "select count(*) from email_messages m join outbox o on o.event_id = m.cause and m.about::text = o.key
        where m.kind = 'order_received'";
    shop.shop.consume(Consumer::Notification, &batch[1..]).await.unwrap();
    assert_eq!(shop.count(letters).await, 1);
    // Once more in one batch, too.
    batch.push(batch[0].clone());
    shop.shop.consume(Consumer::Notification, &batch).await.unwrap();
    assert_eq!(shop.count(letters).await, 2);
    // Put back for another group: it is remembered, and nobody is written to.
    let for_another = ("replay_for".to_owned(), Consumer::Inventory.group().to_owned());
    let replayed = Envelope { id: EventId(uuid::Uuid::from_u128(7)), headers: vec![for_another], ..batch[0].clone() };
    shop.shop.consume(Consumer::Notification, &[replayed]).await.unwrap();
    assert_eq!(shop.count("select count(*) from email_messages where kind = 'order_received'").await, 2);
    shop.deliver().await;
    for order in orders {
        assert_eq!(shop.order(ada, order).await.reservation, ReservationState::Reserved);
    }
    shop.done().await;
}

#[tokio::test]
async fn what_was_decided_and_what_is_new_come_in_one_batch() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5), ("CUP", "12.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let decided = shop.place_reserved(ada, &[("MUG", "2")]).await;
    shop.shop.cancel_order(ada, decided).await.unwrap();
    let new = shop.place(ada, &[("CUP", "1")]).await;
    // Of the first the inventory holds a mug, which no line of this batch names.
    let batch: Vec<_> = waiting(&shop).await.into_iter().filter(|e| Consumer::Inventory.consumes(&e.topic)).collect();
    assert_eq!(batch.len(), 2);
    shop.shop.consume(Consumer::Inventory, &batch).await.unwrap();
    assert_eq!((shop.stock("MUG").await, shop.stock("CUP").await), (5, 4));
    shop.deliver().await;
    assert_eq!(shop.order(ada, decided).await.reservation, ReservationState::Released);
    assert_eq!(shop.order(ada, new).await.reservation, ReservationState::Reserved);
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
        bad(2, "shop.order.mislaid.v1", &good.payload),
        good.clone(),
        bad(3, &good.kind, "nul \0 here"),
        bad(4, &good.kind, &nobodys_order),
    ];
    shop.shop.consume(Consumer::Inventory, &batch).await.unwrap();
    shop.deliver().await;
    assert!(shop.order(ada, id).await.is_payable(), "the good one had its effect");
    let dead = shop.shop.store().dead_letters(0, 10).await.unwrap();
    assert_eq!(dead.len(), 4);
    for dead_letter in &dead {
        assert_eq!(dead_letter.envelope.topic, "order.created.dlq");
        let header = |name: &str| dead_letter.envelope.headers.iter().any(|(n, v)| n == name && !v.is_empty());
        assert!(["dlq_group", "dlq_topic", "dlq_event_id", "dlq_reason"].into_iter().all(header));
    }
    shop.shop.consume(Consumer::Inventory, &batch).await.unwrap();
    shop.deliver().await;
    assert_eq!(shop.shop.store().dead_letters(0, 10).await.unwrap().len(), 4, "a poison message dies once");
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
    shop.shop.dead_letter(Consumer::Inventory, &good, "unknown event type").await.unwrap();
    shop.deliver().await;
    assert!(shop.order(ada, id).await.is_confirming());
    let dead = shop.shop.store().dead_letters(0, 10).await.unwrap();
    assert!(shop.shop.replay(&dead[0]).await.unwrap());
    assert!(!shop.shop.replay(&dead[0]).await.unwrap(), "once");
    shop.deliver().await;
    assert!(shop.order(ada, id).await.is_payable());
    let mails = "select count(*) from email_messages where kind = 'order_received'";
    assert_eq!(shop.count(mails).await, 1, "the other groups had their effect already");
    assert!(shop.shop.store().dead_letters(0, 10).await.unwrap().is_empty(), "what was put back is not put back again");
    // Nor when the replay itself is long gone.
    shop.clock.advance(time::Duration::days(8));
    assert!(shop.shop.run_housekeeping().await.unwrap().events > 0);
    assert!(shop.shop.store().dead_letters(0, 10).await.unwrap().is_empty());
    shop.done().await;
}

#[tokio::test]
async fn one_event_that_breaks_a_rule_takes_no_other_with_it() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    for _ in 0..3 {
        shop.place(ada, &[("MUG", "1")]).await;
    }
    let mut batch: Vec<_> = waiting(&shop).await.into_iter().filter(|e| e.topic == "order.created").collect();
    let unsaleable = batch[0].payload.replace("\"quantity\":1", "\"quantity\":4000000000");
    assert_ne!(unsaleable, batch[0].payload);
    batch.insert(
        1,
        Envelope { id: EventId(uuid::Uuid::from_u128(7)), key: "x".into(), payload: unsaleable, ..batch[0].clone() },
    );
    assert_eq!(shop.shop.consume(Consumer::Inventory, &batch).await.unwrap(), []);
    shop.deliver().await;
    assert_eq!(shop.stock("MUG").await, 2);
    shop.done().await;
}

#[tokio::test]
async fn one_event_that_is_refused_takes_no_other_with_it() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    for name in ["Ada", "Bob", "Cy"] {
        let customer = shop.customer(name).await;
        shop.place(customer, &[("MUG", "1")]).await;
    }
    // The core reads no such amount: its mail is refused, not broken.
    shop.execute(
        "update order_items set line_total = -1
         where order_id = (select id from orders where email = 'bob@example.org')",
    )
    .await;
    let batch: Vec<_> = waiting(&shop).await.into_iter().filter(|e| e.topic == "order.created").collect();
    assert_eq!(batch.len(), 3);
    assert_eq!(held(&shop, Consumer::Notification, &batch).await, []);
    assert_eq!(shop.count("select count(*) from email_messages where kind = 'order_received'").await, 2);
    let dead = shop.shop.store().dead_letters(0, 10).await.unwrap();
    assert_eq!(dead.iter().map(|letter| &letter.envelope.key).collect::<Vec<_>>(), [&batch[1].key]);
    shop.execute("update order_items set line_total = 24 where line_total < 0").await;
    shop.done().await;
}

/// The events of a batch that are held.
async fn held(shop: &TestShop, consumer: Consumer, batch: &[Envelope]) -> Vec<EventId> {
    shop.shop.consume(consumer, batch).await.unwrap().into_iter().map(|held| held.id).collect()
}

#[tokio::test]
async fn what_a_later_release_wrote_is_held_with_its_aggregate_and_is_no_dead_letter() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    shop.place(ada, &[("MUG", "1")]).await;
    shop.place(bob, &[("MUG", "1")]).await;
    let good: Vec<_> = waiting(&shop).await.into_iter().filter(|e| e.topic == "order.created").collect();
    let newer = Envelope { kind: "shop.order.created.v2".into(), ..good[0].clone() };
    let behind = Envelope { id: EventId(uuid::Uuid::from_u128(7)), topic: "order.cancelled".into(), ..good[0].clone() };
    let batch = [newer.clone(), behind.clone(), good[1].clone()];
    assert_eq!(held(&shop, Consumer::Inventory, &batch).await, [newer.id, behind.id]);
    assert_eq!(shop.stock("MUG").await, 4, "Bob's order did not wait");
    assert_eq!(shop.count("select count(*) from outbox where topic like '%.dlq'").await, 0);
    // The later release reads it.
    assert_eq!(held(&shop, Consumer::Inventory, &good).await, []);
    assert_eq!(shop.stock("MUG").await, 3);
    shop.done().await;
}

#[tokio::test]
async fn before_the_tables_are_brought_up_to_date_events_wait_and_then_have_their_effect() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    // A table and a column that are not there (42P01, 42703), and a column that nobody fills (23502); a right that is missing
    // (42501) is in the table of `postgres/error.rs`.
    for (before, after) in [
        ("alter table reservations rename to moved", "alter table moved rename to reservations"),
        ("alter table reservations rename state to phase", "alter table reservations rename phase to state"),
        ("alter table reservations add column zone text not null", "alter table reservations drop column zone"),
    ] {
        shop.execute(before).await;
        let bus = Embedded::new(shop.shop.clone());
        let round = match shop.shop.retry_events_now().await.unwrap() {
            0 => shop.shop.relay(&bus, 10).await.unwrap(),
            _ => shop.shop.retry_events(&bus, 10).await.unwrap(),
        };
        assert!(matches!(round, Relayed::SetAside { aside: 1, .. }), "{before}: {round:?}");
        shop.execute(after).await;
    }
    assert_eq!(shop.count("select count(*) from outbox where topic like '%.dlq'").await, 0);
    assert_eq!(
        shop.count("select count(*) from email_messages where kind = 'welcome'").await,
        1,
        "Ada's welcome did not wait"
    );
    shop.shop.retry_events_now().await.unwrap();
    assert_eq!(shop.shop.retry_events(&Embedded::new(shop.shop.clone()), 10).await.unwrap(), Relayed::Published(1));
    shop.deliver().await;
    assert!(shop.order(ada, id).await.is_payable());
    shop.done().await;
}

#[tokio::test]
async fn in_one_process_a_topic_of_a_later_release_waits_for_it() {
    let shop = TestShop::open().await;
    shop.register("Ada").await;
    shop.execute("update outbox set topic = 'user.forgotten', kind = 'shop.user.forgotten.v1'").await;
    let bus = Embedded::new(shop.shop.clone());
    assert_eq!(shop.shop.relay(&bus, 10).await.unwrap(), Relayed::SetAside { published: 0, aside: 1 });
    shop.execute(
        "update outbox set topic = 'user.registered', kind = 'shop.user.registered.v1', next_attempt_at = null",
    )
    .await;
    shop.done().await;
}

#[tokio::test]
async fn a_dead_letter_fits_whatever_the_message_was() {
    let shop = TestShop::open().await;
    let vast = "\u{1f5ff}".repeat(300_000);
    let message = Envelope {
        id: EventId(uuid::Uuid::from_u128(7)),
        topic: "order.created".into(),
        key: vast.clone(),
        kind: vast.clone(),
        occurred_at: time::OffsetDateTime::UNIX_EPOCH,
        payload: vast.clone(),
        headers: (0..200).map(|n| (format!("{n}{vast}"), vast.clone())).collect(),
    };
    shop.shop.dead_letter(Consumer::Inventory, &message, &vast).await.unwrap();
    let dead_letter = shop.shop.store().dead_letters(0, 10).await.unwrap().remove(0).envelope;
    let headers: usize = dead_letter.headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    assert!(headers + dead_letter.key.len() + dead_letter.kind.len() < 200_000, "{headers}");
    assert_eq!(dead_letter.payload, vast, "a replay sends it whole");
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

#[tokio::test]
async fn in_one_process_events_wait_in_their_place_while_somebody_holds_a_row_they_need() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    let bus = Embedded::new(shop.shop.clone());
    let mut holder = shop.shop.store().begin().await.unwrap();
    holder.lock_stock(&[shop.variant("MUG").await]).await.unwrap();
    // Twice as long as anybody waits for a lock.
    assert_eq!(shop.shop.relay(&bus, 10).await.unwrap(), Relayed::Stuck { published: 1, left: 1 });
    assert_eq!(shop.count("select count(*) from email_messages").await, 2, "the other consumers do not wait for it");
    assert_eq!(shop.shop.relay(&bus, 10).await.unwrap(), Relayed::Stuck { published: 0, left: 1 });
    let blamed =
        "select count(*) from outbox where attempts > 0 or next_attempt_at is not null or last_error is not null";
    assert_eq!(shop.count(blamed).await, 0, "no event is blamed for it");
    holder.commit().await.unwrap();
    assert_eq!(shop.shop.relay(&bus, 10).await.unwrap(), Relayed::Published(1), "at once, without a pause");
    shop.deliver().await;
    assert!(shop.order(ada, id).await.is_payable());
    assert_eq!(shop.stock("MUG").await, 4);
    shop.done().await;
}

#[tokio::test]
async fn a_keyed_transaction_plans_once_and_leaves_its_connection_as_it_was() {
    let shop = TestShop::open().await;
    let options = sqlx::postgres::PgPoolOptions::new().max_connections(1);
    let pool = shop::infrastructure::postgres::BoundedPool::from(options.connect(&shop.url).await.unwrap());
    let mut tx = pool.begin_keyed().await.unwrap();
    let mode: String = sqlx::query_scalar("show plan_cache_mode").fetch_one(&mut *tx).await.unwrap();
    assert_eq!(mode, "force_generic_plan");
    tx.commit().await.unwrap();
    let mode: String = sqlx::query_scalar("show plan_cache_mode").fetch_one(&pool).await.unwrap();
    assert_eq!(mode, "auto", "what comes next on it is planned as before");
    shop.done().await;
}
