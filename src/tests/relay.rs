//! The relay: in order, marked only when it arrived, one at a time.

use std::sync::Mutex;

use futures::FutureExt as _;
use shop::domain::Envelope;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{BoxFuture, Bus, Clock as _, Delivery, Embedded, EventViews, ReadAhead, Relayed};

use crate::harness::TestShop;
use crate::providers::approving;

/// A bus that takes what it is told to take, and keeps what it took.
struct Scripted {
    takes: fn(&Envelope) -> bool,
    taken: Mutex<Vec<Envelope>>,
}

impl Bus for Scripted {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>> {
        Box::pin(async move {
            let taken = envelopes.iter().filter(|e| (self.takes)(e)).cloned();
            self.taken.lock().unwrap().extend(taken);
            let answer = |e| if (self.takes)(e) { Delivery::Arrived } else { Delivery::failed("not this one") };
            envelopes.iter().map(answer).collect()
        })
    }
}

fn scripted(takes: fn(&Envelope) -> bool) -> Scripted {
    Scripted { takes, taken: Mutex::default() }
}

fn topics(bus: &Scripted) -> Vec<String> {
    std::mem::take(&mut *bus.taken.lock().unwrap()).into_iter().map(|e| e.topic).collect()
}

/// So many registrations wait, each an aggregate of its own.
async fn registrations(shop: &TestShop, many: u32) {
    let statement = "insert into outbox (event_id, topic, key, kind, payload, occurred_at)
        select gen_random_uuid(), 'user.registered', n::text, 'shop.user.registered.v1',
            json_build_object('user_id', gen_random_uuid())::text, now()
        from generate_series(1, $1) n";
    sqlx::query(statement).bind(i32::try_from(many).unwrap()).execute(shop.shop.store().pool()).await.unwrap();
}

#[tokio::test]
async fn what_did_not_arrive_is_set_aside_and_tried_again_and_what_did_is_not() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    shop.place(ada, &[("MUG", "1")]).await;
    let bus = scripted(|e| e.topic != "order.created");
    assert_eq!(shop.shop.relay(&bus, 10).await.unwrap(), Relayed::SetAside { published: 1, aside: 1 });
    assert_eq!(shop.shop.relay(&bus, 10).await.unwrap(), Relayed::Idle);
    assert_eq!(shop.shop.retry_events(&bus, 10).await.unwrap(), Relayed::Idle, "its pause is not over");
    let listed = shop.shop.store().events_set_aside(0, 10).await.unwrap();
    assert_eq!((listed.len(), listed[0].event.attempts), (1, 1));
    assert_eq!(listed[0].reason.as_deref(), Some("not this one"));
    shop.clock.advance(time::Duration::seconds(1));
    assert_eq!(shop.shop.retry_events(&bus, 10).await.unwrap(), Relayed::SetAside { published: 0, aside: 1 });
    assert_eq!(shop.shop.store().events_set_aside(0, 10).await.unwrap()[0].event.attempts, 2);
    shop.clock.advance(time::Duration::seconds(1));
    let all = scripted(|_| true);
    assert_eq!(shop.shop.retry_events(&all, 10).await.unwrap(), Relayed::Published(1));
    assert_eq!(shop.shop.retry_events(&all, 10).await.unwrap(), Relayed::Idle);
    assert_eq!(topics(&all), ["order.created"]);
    // These events were told to nobody real: the inventory never hears of the order.
    shop.execute("update outbox set published_at = null, next_attempt_at = null").await;
    shop.done().await;
}

#[tokio::test]
async fn what_fails_again_and_again_waits_longer_each_time() {
    let shop = TestShop::open().await;
    registrations(&shop, 1).await;
    let nobody = scripted(|_| false);
    let mut asked = shop.clock.now();
    shop.shop.relay(&nobody, 10).await.unwrap();
    for failures in 1..=12_u32 {
        let (aside, failed) = (shop.shop.store().events_set_aside(0, 10).await.unwrap().remove(0), shop.clock.now());
        assert_eq!(aside.event.attempts, failures);
        // From 200 ms on twice as long each time, 150 s at most, and up to as much again by chance.
        let least = time::Duration::milliseconds((200 << (failures - 1)).min(150_000));
        assert!(aside.until - asked >= least && aside.until - failed <= least * 2, "{failures}: {aside:?}");
        shop.clock.advance(time::Duration::seconds(301));
        asked = shop.clock.now();
        shop.shop.retry_events(&nobody, 10).await.unwrap();
    }
    shop.execute("delete from outbox").await;
    shop.done().await;
}

#[tokio::test]
async fn three_hundred_that_cannot_go_stop_nobody_else() {
    let shop = TestShop::open().await;
    registrations(&shop, 300).await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    shop.execute("update outbox set topic = 'user.mislaid'").await;
    let ada = shop.customer("Ada").await;
    let id = shop.place(ada, &[("MUG", "1")]).await;
    let bus = scripted(|e| e.topic != "user.mislaid");
    let mut rounds = 0;
    while shop.shop.relay(&bus, 200).await.unwrap() != Relayed::Idle {
        rounds += 1;
    }
    assert_eq!(rounds, 2, "each of them costs its place once");
    assert_eq!(topics(&bus), ["user.registered", "order.created"]);
    assert_eq!(shop.count("select count(*) from outbox where attempts = 1").await, 300);
    shop.shop.pay_order(ada, id, Approve).await.unwrap_err();
    shop.execute("update outbox set published_at = null, next_attempt_at = null").await;
    shop.execute("delete from outbox where topic = 'user.mislaid'").await;
    shop.done().await;
}

#[tokio::test]
async fn behind_an_event_that_cannot_go_its_aggregate_waits_in_order() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    let bus = scripted(|e| e.topic != "order.paid");
    assert_eq!(shop.shop.relay(&bus, 10).await.unwrap(), Relayed::SetAside { published: 0, aside: 1 });
    // Its later events come one by one, and one of another order.
    shop.shop.cancel_order(ada, id).await.unwrap();
    shop.place(bob, &[("MUG", "1")]).await;
    assert_eq!(shop.shop.relay(&bus, 10).await.unwrap(), Relayed::Published(1));
    assert_eq!(topics(&bus), ["order.created"]);
    assert_eq!(shop.shop.store().events_set_aside(0, 10).await.unwrap().len(), 2);
    // A dead letter of the aggregate does not wait for it.
    shop.execute(
        "insert into outbox (event_id, topic, key, kind, payload, occurred_at)
         select gen_random_uuid(), 'order.created.dlq', key, kind, payload, now() from outbox where topic = 'order.paid'",
    )
    .await;
    assert_eq!(shop.shop.relay(&bus, 10).await.unwrap(), Relayed::Published(1));
    assert_eq!(topics(&bus), ["order.created.dlq"]);
    shop.clock.advance(time::Duration::seconds(1));
    assert_eq!(shop.shop.retry_events(&bus, 1).await.unwrap(), Relayed::SetAside { published: 0, aside: 1 });
    assert_eq!(shop.shop.retry_events(&bus, 1).await.unwrap(), Relayed::Idle, "the cancel waits for the payment");
    shop.clock.advance(time::Duration::seconds(2));
    let all = scripted(|_| true);
    while shop.shop.retry_events(&all, 1).await.unwrap() != Relayed::Idle {}
    assert_eq!(topics(&all), ["order.paid", "order.cancelled"]);
    shop.execute("delete from outbox where topic like '%.dlq'").await;
    shop.execute(
        "update outbox set published_at = null, next_attempt_at = null
         where topic in ('order.paid', 'order.cancelled') or position = (select max(position) from outbox)",
    )
    .await;
    shop.done().await;
}

/// A bus that has sent the payments and waits for what becomes of them: these, the last one first.
struct OnItsWay {
    answers: Mutex<Vec<Delivery>>,
    arrived: Mutex<Vec<String>>,
}

impl OnItsWay {
    fn answer(&self, envelope: &Envelope) -> Delivery {
        let answer = match envelope.topic.as_str() {
            "order.paid" => self.answers.lock().unwrap().pop().expect("nobody asks once it has arrived"),
            _ => Delivery::Arrived,
        };
        if answer == Delivery::Arrived {
            self.arrived.lock().unwrap().push(envelope.topic.clone());
        }
        answer
    }
}

impl Bus for OnItsWay {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>> {
        Box::pin(async move {
            let mut waiting = Vec::new();
            let mut answers = Vec::new();
            for envelope in envelopes {
                let is_behind = waiting.contains(&&envelope.key);
                let answer = if is_behind { Delivery::Behind } else { self.answer(envelope) };
                if answer != Delivery::Arrived {
                    waiting.push(&envelope.key);
                }
                answers.push(answer);
            }
            answers
        })
    }
}

#[tokio::test]
async fn what_is_in_flight_is_asked_about_soon_and_its_aggregate_waits_in_order() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.shop.cancel_order(ada, id).await.unwrap();
    shop.place(bob, &[("MUG", "1")]).await;
    let in_flight = |is_new| Delivery::InFlight { is_new };
    let looks = [vec![in_flight(true)], vec![in_flight(false); 9], vec![in_flight(true), Delivery::Arrived]].concat();
    let bus = OnItsWay { answers: Mutex::new(looks.into_iter().rev().collect()), arrived: Mutex::default() };
    let mut asked = shop.clock.now();
    assert_eq!(shop.shop.relay(&bus, 10).await.unwrap(), Relayed::SetAside { published: 1, aside: 2 });
    // It was sent once, then once more: only that makes the pause longer.
    for (look, sent) in [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2].into_iter().enumerate() {
        let aside = shop.shop.store().events_set_aside(0, 10).await.unwrap();
        let failed = shop.clock.now();
        assert_eq!((aside.len(), aside[0].event.attempts), (2, sent), "{look}");
        assert!(aside[0].reason.as_deref().is_some_and(|reason| reason.contains("acknowledged")), "{aside:?}");
        let least = time::Duration::milliseconds(250 * i64::from(sent));
        assert!(aside.iter().all(|a| a.until - asked >= least && a.until - failed <= least * 2), "{look}: {aside:?}");
        shop.clock.advance(time::Duration::seconds(2));
        asked = shop.clock.now();
        let expected = match look {
            10 => Relayed::Published(2),
            _ => Relayed::SetAside { published: 0, aside: 2 },
        };
        assert_eq!(shop.shop.retry_events(&bus, 10).await.unwrap(), expected, "{look}");
    }
    assert_eq!(*bus.arrived.lock().unwrap(), ["order.created", "order.paid", "order.cancelled"]);
    shop.execute("update outbox set published_at = null, next_attempt_at = null").await;
    shop.done().await;
}

#[tokio::test]
async fn when_nobody_is_there_to_take_anything_no_event_is_blamed() {
    struct Nobody;
    impl Bus for Nobody {
        fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>> {
            Box::pin(async move { envelopes.iter().map(|_| Delivery::Unreachable).collect() })
        }
    }
    let shop = TestShop::open().await;
    shop.register("Ada").await;
    for _ in 0..3 {
        assert_eq!(shop.shop.relay(&Nobody, 10).await.unwrap(), Relayed::Stuck { published: 0, left: 1 });
    }
    assert_eq!(shop.count("select count(*) from outbox where attempts > 0 or next_attempt_at is not null").await, 0);
    shop.done().await;
}

#[tokio::test]
async fn a_relay_that_begins_ends_every_pause() {
    let shop = TestShop::open().await;
    shop.register("Ada").await;
    let none = scripted(|_| false);
    shop.shop.relay(&none, 10).await.unwrap();
    assert_eq!(shop.shop.retry_events(&none, 10).await.unwrap(), Relayed::Idle);
    assert_eq!(shop.shop.retry_events_now().await.unwrap(), 1);
    let all = scripted(|_| true);
    assert_eq!(shop.shop.retry_events(&all, 10).await.unwrap(), Relayed::Published(1));
    shop.execute("update outbox set published_at = null, next_attempt_at = null").await;
    shop.done().await;
}

#[tokio::test]
async fn events_of_one_order_leave_in_the_order_of_their_causes() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.shop.cancel_order(ada, id).await.unwrap();
    let bus = scripted(|_| true);
    shop.shop.relay(&bus, 10).await.unwrap();
    let topics: Vec<_> = bus.taken.lock().unwrap().iter().map(|e| e.topic.clone()).collect();
    assert_eq!(topics, ["order.paid", "order.cancelled"]);
    shop.execute("update outbox set published_at = null where topic in ('order.paid', 'order.cancelled')").await;
    shop.done().await;
}

#[tokio::test]
async fn of_two_relays_one_has_the_lock() {
    let shop = TestShop::open().await;
    let mut first = shop.shop.store().session_lock().await.unwrap();
    assert!(first.try_relay().await.unwrap());
    let mut second = shop.another_process().await.store().session_lock().await.unwrap();
    assert!(!second.try_relay().await.unwrap());
    assert!(first.is_held().await);
    drop(first);
    // The server notices the closed connection a moment later.
    let mut turns = 0;
    while !second.try_relay().await.unwrap() {
        turns += 1;
        assert!(turns < 100, "the lock is free when its holder is gone");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    shop.execute(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
            and database = (select oid from pg_database where datname = current_database())",
    )
    .await;
    assert!(!second.is_held().await, "a lost connection is a lost lock");
    shop.done().await;
}

#[tokio::test]
async fn every_process_has_a_number_of_its_own_and_a_dead_ones_is_free() {
    let shop = TestShop::open().await;
    let store = shop.shop.store();
    let mut first = store.process_slot().await.unwrap();
    let second = store.process_slot().await.unwrap();
    assert_eq!((first.number(), second.number()), (0, 1));
    shop.execute(
        "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 0
            and database = (select oid from pg_database where datname = current_database())",
    )
    .await;
    assert!(!first.is_held().await);
    assert_eq!(store.process_slot().await.unwrap().number(), 0);
    shop.done().await;
}

#[tokio::test]
async fn housekeeping_removes_what_is_old_and_done_and_nothing_else() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    shop.place_reserved(ada, &[("MUG", "1")]).await;
    assert_eq!(shop.shop.run_housekeeping().await.unwrap(), shop::usecase::Housekeeping::default());
    shop.clock.advance(time::Duration::days(15));
    let removed = shop.shop.run_housekeeping().await.unwrap();
    assert_eq!((removed.events, removed.keys), (3, 1), "user.registered, order.created, inventory.updated");
    assert_eq!(removed.inbox, 4, "one per consumer and event: one, two and one; nobody listens to webhooks");
    assert_eq!(shop.count("select count(*) from orders").await, 1);
    shop.done().await;
}

#[tokio::test]
async fn what_a_round_reads_on_is_published_once_in_its_order_and_nothing_is_read_on_where_something_failed() {
    let shop = TestShop::open().await;
    registrations(&shop, 5).await;
    let (bus, mut ahead) = (scripted(|_| true), ReadAhead::default());
    for published in [2, 2] {
        assert_eq!(shop.shop.relay_on(&bus, 2, &mut ahead).await.unwrap(), Relayed::Published(published));
        assert!(!ahead.is_idle());
    }
    // What comes meanwhile is not in what was read.
    registrations(&shop, 1).await;
    assert_eq!(shop.shop.relay_on(&bus, 2, &mut ahead).await.unwrap(), Relayed::Published(1));
    assert_eq!(shop.shop.relay_on(&bus, 2, &mut ahead).await.unwrap(), Relayed::Published(1));
    assert!(ahead.is_idle());
    assert_eq!(shop.shop.relay_on(&bus, 2, &mut ahead).await.unwrap(), Relayed::Idle);
    let keys: Vec<_> = std::mem::take(&mut *bus.taken.lock().unwrap()).into_iter().map(|e| e.key).collect();
    assert_eq!(keys, ["1", "2", "3", "4", "5", "1"]);
    registrations(&shop, 1).await;
    let nobody = scripted(|_| false);
    assert!(matches!(shop.shop.relay_on(&nobody, 2, &mut ahead).await.unwrap(), Relayed::SetAside { .. }));
    assert!(!ahead.is_idle());
    shop.execute("delete from outbox").await;
    shop.done().await;
}

#[tokio::test]
async fn the_relay_is_not_woken_for_what_it_has_read() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let is_woken = || shop.shop.relay_wakeup().notified().now_or_never().is_some();
    shop.place(ada, &[("MUG", "1")]).await;
    let (bus, mut ahead) = (Embedded::new(shop.shop.clone()), ReadAhead::default());
    while !ahead.is_idle() {
        assert!(matches!(shop.shop.relay_on(&bus, 10, &mut ahead).await.unwrap(), Relayed::Published(_)));
    }
    assert!(!is_woken(), "its consumers rang while it was at work");
    shop.place(ada, &[("MUG", "1")]).await;
    assert!(is_woken());
    shop.deliver().await;
    shop.done().await;
}

#[tokio::test]
async fn what_arrived_is_marked_without_a_wait_for_the_disk_and_its_connection_is_left_as_it_was() {
    let shop = TestShop::open().await;
    for statement in [
        "create table marked (commits text not null)",
        "create function note_mark() returns trigger language plpgsql as $$ begin
            insert into marked values (current_setting('synchronous_commit')); return null; end $$",
        "create trigger note_mark after update on outbox for each statement execute function note_mark()",
    ] {
        shop.execute(statement).await;
    }
    registrations(&shop, 3).await;
    // It has one connection.
    let process = shop.another_process_on(&shop.url, approving(shop.sandbox())).await;
    sqlx::query("set synchronous_commit = on").execute(process.store().pool()).await.unwrap();
    assert_eq!(process.relay(&scripted(|_| true), 1).await.unwrap(), Relayed::Published(1));
    let some = scripted(|e| e.key == "2");
    assert_eq!(process.relay(&some, 10).await.unwrap(), Relayed::SetAside { published: 1, aside: 1 });
    assert_eq!(shop.count("select count(*) from marked where commits = 'off'").await, 2);
    assert_eq!(shop.count("select count(*) from marked where commits = 'on'").await, 1, "what is set aside is kept");
    let own = sqlx::query_scalar("select current_setting('synchronous_commit')");
    let own: String = own.fetch_one(process.store().pool()).await.unwrap();
    assert_eq!(own, "on");
    shop.execute("delete from outbox").await;
    shop.done().await;
}
