//! The relay: in order, marked only when it arrived, one at a time.

use std::sync::Mutex;

use shop::domain::Envelope;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{BoxFuture, Bus, Relayed};

use crate::harness::TestShop;

/// A bus that takes what it is told to take, and keeps what it took.
struct Scripted {
    takes: fn(&Envelope) -> bool,
    taken: Mutex<Vec<Envelope>>,
}

impl Bus for Scripted {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<bool>> {
        Box::pin(async move {
            let answers: Vec<bool> = envelopes.iter().map(self.takes).collect();
            let taken = envelopes.iter().zip(&answers).filter(|(_, ok)| **ok).map(|(e, _)| e.clone());
            self.taken.lock().unwrap().extend(taken);
            answers
        })
    }
}

fn scripted(takes: fn(&Envelope) -> bool) -> Scripted {
    Scripted { takes, taken: Mutex::default() }
}

#[tokio::test]
async fn what_did_not_arrive_is_offered_again_and_what_did_is_not() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    shop.place(ada, &[("MUG", "1")]).await;
    let picky = scripted(|e| e.topic != "order.created");
    assert_eq!(shop.shop.relay(&picky, 10).await.unwrap(), Relayed::Stuck { published: 1, left: 1 });
    assert_eq!(shop.shop.relay(&picky, 10).await.unwrap(), Relayed::Stuck { published: 0, left: 1 });
    let all = scripted(|_| true);
    assert_eq!(shop.shop.relay(&all, 10).await.unwrap(), Relayed::Published(1));
    assert_eq!(shop.shop.relay(&all, 10).await.unwrap(), Relayed::Idle);
    assert_eq!(all.taken.lock().unwrap()[0].topic, "order.created");
    // These events were told to nobody real: the inventory never hears of the order.
    shop.execute("update outbox set published_at = null").await;
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
    let mut first = shop.shop.store().try_relay_lock().await.unwrap().unwrap();
    assert!(shop.another_process().await.store().try_relay_lock().await.unwrap().is_none());
    assert!(first.is_held().await);
    drop(first);
    // The server notices the closed connection a moment later.
    let mut second = None;
    for _ in 0..100 {
        second = shop.shop.store().try_relay_lock().await.unwrap();
        if second.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let mut second = second.expect("the lock is free when its holder is gone");
    shop.execute("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'").await;
    assert!(!second.is_held().await, "a lost connection is a lost lock");
    shop.done().await;
}

#[tokio::test]
async fn the_broom_removes_what_is_old_and_done_and_nothing_else() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    shop.place_reserved(ada, &[("MUG", "1")]).await;
    assert_eq!(shop.shop.run_housekeeping().await.unwrap(), shop::usecase::Housekeeping::default());
    shop.clock.advance(time::Duration::days(15));
    let swept = shop.shop.run_housekeeping().await.unwrap();
    assert_eq!((swept.events, swept.keys), (3, 1), "user.registered, order.created, inventory.updated");
    assert_eq!(swept.inbox, 4, "one per consumer and event");
    assert_eq!(shop.count("select count(*) from orders").await, 1);
    shop.done().await;
}
