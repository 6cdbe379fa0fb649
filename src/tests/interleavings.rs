//! T-07, its other half: whoever can end an order's waiting is held before each of their statements, those of the provider
//! among them (the sandbox keeps its memory in the database), while another goes on to their end, or until they wait for a
//! lock. Every pair, in every order, at every step; `races.rs` has all of them at once and by chance.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use shop::domain::{CancelReason, Customer, OrderId, OrderStatus, PaymentFlaw, Refusal, ReservationState};
use shop::dto::OrderView;
use shop::infrastructure::LiveShop;
use shop::infrastructure::payments::{SandboxAnswer, SandboxDelivery};
use shop::usecase::{OrderRequest, RequestedItem};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::harness::{TestClock, TestShop, quantity, usd};
use crate::held::HeldWay;
use crate::payers::{Actor, Processes, Scene, Told, act};
use crate::payment_pages::webhook;

/// How the order stands when they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Situation {
    /// It was placed, and nobody has decided on it.
    Undecided,
    /// It can be paid, and nobody has begun.
    Unpaid,
    /// Its shopper is on the provider's page.
    OnThePage,
    /// They have approved there, and nobody has heard of it.
    Approved,
    /// The same, and the order was cancelled.
    TooLate,
}

/// What has been seen of all of it.
#[derive(Debug, Default)]
struct Seen {
    /// Before how many statements somebody was held.
    steps: BTreeMap<Actor, u32>,
    /// How often somebody waited for who was held.
    waits: u32,
    ends: BTreeSet<&'static str>,
}

struct Stage {
    shop: TestShop,
    ada: Customer,
    /// Set aside, with time enough.
    orders: Vec<OrderId>,
    placed: usize,
    way: HeldWay,
    held: Processes,
    free: Processes,
    /// An hour later.
    last: LiveShop,
    seen: Seen,
}

/// More than all of a test's scenes.
const STOCK: u32 = 2_000;
const WAITS: &str =
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

impl Stage {
    async fn open() -> Self {
        let shop = TestShop::open().await;
        shop.stock_shelves(&[("MUG", "24.00", STOCK)]).await;
        let ada = shop.customer("Ada").await;
        let way = HeldWay::to(&shop.url).await;
        let (held, free) = (Processes::on(&shop, &way.url).await, Processes::on(&shop, &shop.url).await);
        let clock = Arc::new(TestClock::default());
        clock.advance(time::Duration::hours(1));
        let last = shop.another_process_by(&shop.url, clock).await;
        Self { shop, ada, orders: Vec::new(), placed: 0, way, held, free, last, seen: Seen::default() }
    }

    /// An order of a mug that nobody has decided on.
    async fn place(&mut self) -> OrderId {
        self.placed += 1;
        let product = self.shop.record("mug").await.id;
        let item = RequestedItem { product, variant: None, quantity: quantity("1") };
        let key = format!("order-{}", self.placed);
        let asked = OrderRequest { key, items: Some(vec![item]), ..OrderRequest::default() };
        self.shop.shop.request_order(self.ada, asked).await.unwrap()
    }

    /// An order of a mug that is set aside; the others have time enough.
    async fn order(&mut self) -> OrderId {
        if self.orders.is_empty() {
            for _ in 0..50 {
                let order = self.place().await;
                self.orders.push(order);
            }
            self.shop.deliver().await;
            self.shop.execute("update orders set expires_at = now() + interval '1 day' where status = 'pending'").await;
        }
        let order = self.orders.pop().unwrap();
        let soon =
            "update orders set expires_at = now() + interval '15 minutes' where id = $1::uuid returning reservation";
        assert_eq!(self.shop.scalar::<String>(soon, &order.to_string()).await, "reserved");
        order
    }

    async fn scene(&mut self, situation: Situation) -> Scene {
        let order = if situation == Situation::Undecided { self.place().await } else { self.order().await };
        let ada = self.ada;
        let mut scene = Scene { ada, order, payment: None, news: (String::new(), String::new()) };
        if matches!(situation, Situation::Undecided | Situation::Unpaid) {
            return scene;
        }
        let payment = self.shop.shop.begin_payment(ada, order).await.unwrap().payment;
        scene.payment = Some(payment);
        scene.news = webhook(&self.shop, &format!("{payment}-approved"), "approved", payment, usd("24.00"));
        if situation != Situation::OnThePage {
            self.shop.sandbox().answer(payment, SandboxAnswer::Approve, SandboxDelivery::default()).await.unwrap();
        }
        if situation == Situation::TooLate {
            self.shop.shop.cancel_order(ada, order).await.unwrap();
        }
        scene
    }

    /// One of two is held before each of their statements in turn, while the other goes on.
    async fn interleave(&mut self, situation: Situation, first: Actor, second: Actor) {
        for step in 0.. {
            assert!(step < 200, "{first:?} never ends");
            let scene = self.scene(situation).await;
            self.way.hold_after(step);
            let mut holding = tokio::spawn(act(first, self.held.of(first), scene.clone()));
            let early = tokio::select! {
                () = self.way.held() => None,
                told = &mut holding => Some(told.unwrap()),
            };
            let mut other = tokio::spawn(act(second, self.free.of(second), scene.clone()));
            let ended = self.ends_or_waits(&mut other).await;
            self.seen.waits += u32::from(ended.is_none());
            self.way.let_go();
            let was_held = early.is_none();
            let told = match early {
                Some(told) => told,
                None => holding.await.unwrap(),
            };
            let others = match ended {
                Some(told) => told,
                None => other.await.unwrap(),
            };
            let what = format!("{situation:?}: {first:?} held after {step}: {told:?}, {second:?}: {others:?}");
            let too_early = Told::Refused(Refusal::NotPayableYet);
            assert!(situation == Situation::Undecided || (told != too_early && others != too_early), "{what}");
            self.check(&scene, [(first, told), (second, others)], &what).await;
            if !was_held {
                let most = self.seen.steps.entry(first).or_default();
                *most = (*most).max(step);
                return;
            }
        }
    }

    /// None: they wait for who is held.
    async fn ends_or_waits(&self, other: &mut JoinHandle<Told>) -> Option<Told> {
        let seen = timeout(Duration::from_secs(10), async {
            loop {
                if let Ok(told) = timeout(Duration::from_millis(2), &mut *other).await {
                    return Some(told.unwrap());
                }
                if self.shop.count(WAITS).await > 0 {
                    return None;
                }
            }
        });
        seen.await.expect("whoever is not held ends, or waits for a lock")
    }

    /// Everybody was told the truth, one of them has won, and the money is where it belongs, once all time is over.
    async fn check(&mut self, scene: &Scene, told: [(Actor, Told); 2], what: &str) {
        self.shop.deliver().await;
        self.last.reconcile_payments(5).await.unwrap();
        self.last.expire_orders(5).await.unwrap();
        while self.last.carry_out_refunds().await.unwrap() > 0 {}
        self.shop.deliver().await;
        let order = self.shop.order(self.ada, scene.order).await;
        let history: Vec<_> = order.timeline.iter().map(|entry| entry.kind.as_str()).collect();
        let what = format!("{what}: {history:?}");
        for (place, (actor, told)) in told.iter().enumerate() {
            assert!(is_true(*actor, told, &order, place == 1), "{actor:?} was told {told:?}. {what}");
        }
        let both_cancel = told.iter().filter(|(actor, _)| *actor == Actor::Cancel).count() == 2;
        let cancelled = told.iter().filter(|told| **told == (Actor::Cancel, Told::Done)).count();
        assert!(!both_cancel || cancelled == 1, "{what}");

        let id = scene.order.to_string();
        let count = async |statement: &'static str| self.shop.scalar::<i64>(statement, &id).await;
        let (paid, given_up) = (times(&order, "paid"), times(&order, "cancelled"));
        assert!(paid <= 1 && given_up <= 1, "{what}");
        for (times, statement) in [
            (paid, "select count(*) from outbox where topic = 'order.paid' and key = $1"),
            (given_up, "select count(*) from outbox where topic = 'order.cancelled' and key = $1"),
        ] {
            assert_eq!(count(statement).await, times, "{statement}. {what}");
        }
        // What the provider has taken is on record, and with it the whole of what it gave back.
        let taken = count(
            "select count(*) from sandbox_charges c join payments p on p.id = c.payment_id
                where p.order_id = $1::uuid and c.outcome = 'approved'",
        )
        .await;
        let recorded =
            count("select count(*) from payments where order_id = $1::uuid and state = 'approved' and amount = 24")
                .await;
        let given_back = count(
            "select count(*) from refunds r join payments p on p.id = r.payment_id
                join sandbox_refunds s on s.refund_id = r.id and s.outcome = 'done' and s.amount = r.amount
                where p.order_id = $1::uuid and r.state = 'done' and r.amount = p.amount",
        )
        .await;
        let refunds =
            count("select count(*) from refunds r join payments p on p.id = r.payment_id where p.order_id = $1::uuid")
                .await;
        let open = count("select count(*) from payments where order_id = $1::uuid and state = 'started'").await;
        assert_eq!((open, recorded, refunds), (0, taken, given_back), "{what}");
        let end = match (order.status, order.cancel_reason) {
            (OrderStatus::Paid, None) => {
                assert_eq!((order.reservation, taken, refunds), (ReservationState::Claimed, 1, 0), "{what}");
                "paid"
            }
            (OrderStatus::Cancelled, reason) => {
                assert_eq!((order.reservation, refunds), (ReservationState::Released, taken), "{what}");
                match (reason, paid) {
                    (Some(CancelReason::ByCustomer), 1) => "paid, then cancelled",
                    (Some(CancelReason::ByCustomer), _) => "cancelled",
                    (Some(CancelReason::Expired), 0) => "expired",
                    _ => panic!("{what}"),
                }
            }
            _ => panic!("{:?}. {what}", order.status),
        };
        self.seen.ends.insert(end);
    }

    async fn done(self) -> Seen {
        let waiting = "select count(*) from payment_webhooks where handled_at is null";
        assert_eq!(self.shop.count(waiting).await, 0);
        let kept = self.shop.count("select count(*) from orders where status = 'paid'").await;
        self.shop.check_books_at_the_end().await;
        assert_eq!(i64::from(self.shop.stock("MUG").await), i64::from(STOCK) - kept);
        drop((self.held, self.free, self.last));
        self.shop.done().await;
        println!("{:?}", self.seen);
        self.seen
    }
}

fn times(order: &OrderView, kind: &str) -> i64 {
    i64::try_from(order.timeline.iter().filter(|entry| entry.kind == kind).count()).unwrap()
}

/// Whether what somebody was told is so. Whoever is held by nobody begins to pay before the order has another end, or not at
/// all: nobody pays for what is being given up.
fn is_true(actor: Actor, told: &Told, order: &OrderView, is_free: bool) -> bool {
    match (actor, told) {
        (Actor::Pay | Actor::Begin, Told::Paid) => times(order, "paid") == 1,
        (Actor::Begin, Told::Page) => true,
        (Actor::Pay | Actor::Begin | Actor::Cancel, Told::Refused(Refusal::IllegalStep { .. })) => {
            times(order, "cancelled") == 1
        }
        (Actor::Pay, Told::Refused(Refusal::PaymentNotAccepted { flaw: PaymentFlaw::Late })) => {
            times(order, "payment_late") == 1 && !is_free
        }
        (Actor::Pay, Told::Refused(Refusal::PaymentDeclined)) => times(order, "payment_expired") == 1,
        (Actor::Pay, Told::Refused(Refusal::NotPayableYet)) => times(order, "paid") == 0,
        (Actor::Cancel, Told::Done) => order.cancel_reason == Some(CancelReason::ByCustomer),
        (
            Actor::Return | Actor::Webhook | Actor::Look | Actor::GiveBack | Actor::Expire | Actor::Deliver,
            Told::Done,
        ) => true,
        _ => false,
    }
}

/// Every one of them held at every step, beside every one of them.
async fn every_pair(situation: Situation, actors: &[Actor]) -> Seen {
    let mut stage = Stage::open().await;
    for first in actors {
        for second in actors {
            stage.interleave(situation, *first, *second).await;
        }
    }
    stage.done().await
}

/// That it shows something: whoever came second waited sometimes, everybody was held as often as they write, and each end
/// there can be was reached.
fn assert_seen(seen: &Seen, steps: &[(Actor, u32)], ends: &[&str]) {
    assert!(seen.waits > 0, "{seen:?}");
    for (actor, least) in steps {
        assert!(seen.steps.get(actor).is_some_and(|most| most >= least), "{actor:?}: {seen:?}");
    }
    assert_eq!(seen.ends.iter().copied().collect::<Vec<_>>(), ends);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn held_at_every_step_of_setting_items_aside_while_it_is_paid_or_given_up_an_order_has_one_end() {
    use Actor::{Cancel, Deliver, Expire, Pay};
    let seen = every_pair(Situation::Undecided, &[Deliver, Pay, Cancel, Expire]).await;
    // The events, what the inventory decides of them, what the order hears, and its letters. Whoever pays before is refused at once,
    // and no order's time is over before it was decided on.
    assert_seen(&seen, &[(Deliver, 10), (Pay, 1), (Cancel, 5), (Expire, 1)], &["cancelled", "expired", "paid"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn held_at_every_step_of_paying_cancelling_and_expiring_an_order_has_one_end() {
    use Actor::{Begin, Cancel, Expire, Pay};
    let seen = every_pair(Situation::Unpaid, &[Pay, Begin, Cancel, Expire]).await;
    // The attempt, the provider, the end; `begin`, the order's lock, what becomes of it, its event, `commit`.
    let steps = [(Pay, 3), (Begin, 3), (Cancel, 5), (Expire, 5)];
    assert_seen(&seen, &steps, &["cancelled", "expired", "paid", "paid, then cancelled"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn held_at_every_step_while_the_shopper_is_on_the_providers_page_an_order_has_one_end() {
    use Actor::{Cancel, Expire, Look, Pay};
    let seen = every_pair(Situation::OnThePage, &[Pay, Look, Cancel, Expire]).await;
    // What is to be asked about, that it is, the provider, the end.
    let steps = [(Pay, 3), (Look, 4), (Cancel, 5)];
    assert_seen(&seen, &steps, &["cancelled", "expired", "paid", "paid, then cancelled"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn held_at_every_step_of_hearing_that_the_money_came_an_order_has_one_end() {
    use Actor::{Cancel, Expire, Look, Pay, Return, Webhook};
    let seen = every_pair(Situation::Approved, &[Pay, Return, Webhook, Look, Cancel, Expire]).await;
    // Kept, taken, its attempt, the end, done with.
    let steps = [(Pay, 3), (Return, 4), (Webhook, 5), (Look, 4), (Cancel, 5)];
    assert_seen(&seen, &steps, &["cancelled", "paid", "paid, then cancelled"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn held_at_every_step_of_giving_back_what_came_too_late_it_is_given_back_once() {
    use Actor::{GiveBack, Return, Webhook};
    let seen = every_pair(Situation::TooLate, &[Return, Webhook, GiveBack]).await;
    // As to ask about it; and what is to be given back, the provider, `begin`, the order's lock, the end, its event, `commit`.
    let steps = [(Return, 4), (Webhook, 5), (GiveBack, 10)];
    assert_seen(&seen, &steps, &["cancelled"]);
}
