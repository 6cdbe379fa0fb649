//! Whoever has just ordered waits until the inventory has decided; but not while it decides nothing, as in an outage of the broker.

use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::broadcast::{Receiver, Sender, channel};
use tokio::time::{Instant, timeout};

use crate::domain::{OrderId, ReservationState};

use super::super::sync::{Mutex, MutexGuard};
use super::super::{Result, Shop, Store};

/// How long an order's decision is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// When nothing was decided for so long, though it was waited for, nobody but the first goes on waiting. In peace most orders are decided
/// on in less, and in a crowd one after the other is.
const STALLED_AFTER: Duration = Duration::from_millis(600);
/// Whoever falls behind by more asks the database.
const TOLD_AT_ONCE: usize = 1024;

/// What this process knows of the inventory's decisions.
pub(in super::super) struct Decisions {
    /// Orders that were decided on, where this process handles the events that say so.
    told: Sender<OrderId>,
    /// None: nobody waits, or nobody has since a decision was seen.
    stall: Mutex<Option<Stall>>,
}

/// Decisions are waited for, and none was seen.
#[derive(Debug, Clone, Copy)]
struct Stall {
    since: Instant,
    /// The order that is looked up to see whether it is over, for another process may decide, and since when it is that order.
    /// It stands here when nobody waits for it any more, too.
    probe: OrderId,
    probed_since: Instant,
}

impl<S: Store> Shop<S> {
    /// Waits for a moment until the inventory has decided on the order. False: it has not, and the order's page will tell.
    pub async fn await_decision(&self, id: OrderId) -> bool {
        let store = self.store();
        self.decisions().wait(id, move |order| store.reservation(order)).await
    }
}

impl Decisions {
    pub(in super::super) fn new() -> Self {
        Self { told: channel(TOLD_AT_ONCE).0, stall: Mutex::new(None) }
    }

    /// Tells whoever waits in this process.
    pub(in super::super) fn notify(&self, order: OrderId) {
        self.note_decision();
        // Nobody may be waiting.
        let _ = self.told.send(order);
    }

    /// `state` reads how an order stands. This process hears of a decision where it handles events; else the database is asked.
    async fn wait<F>(&self, id: OrderId, state: impl Fn(OrderId) -> F + Send + Sync) -> bool
    where
        F: Future<Output = Result<Option<ReservationState>>> + Send,
    {
        let decided = async {
            let mut told = self.told.subscribe();
            let mut pause = Duration::from_millis(50);
            loop {
                while let Some(other) = self.long_undecided(id) {
                    if is_undecided(state(other)).await {
                        self.probe_next(id);
                        return false;
                    }
                    self.note_decision();
                }
                let is_told = timeout(pause, is_told(&mut told, id)).await == Ok(true);
                // Said before this listened, or by another process.
                if is_told || !is_undecided(state(id)).await {
                    self.note_decision();
                    return true;
                }
                pause = (pause * 2).min(Duration::from_millis(200));
            }
        };
        timeout(LONGEST_WAIT, decided).await == Ok(true)
    }

    /// Somebody waits for this order. Some: nothing was decided for too long, and this other order tells whether that is still so.
    fn long_undecided(&self, id: OrderId) -> Option<OrderId> {
        let now = Instant::now();
        let mut stall = self.stall();
        let stall = stall.get_or_insert(Stall { since: now, probe: id, probed_since: now });
        (stall.probe != id && stall.since.elapsed() >= STALLED_AFTER).then_some(stall.probe)
    }

    /// There are orders that are never decided on: after a while it is another's turn.
    fn probe_next(&self, id: OrderId) {
        let mut stall = self.stall();
        if let Some(stall) = stall.as_mut().filter(|stall| stall.probed_since.elapsed() >= LONGEST_WAIT) {
            stall.probe = id;
            stall.probed_since = Instant::now();
        }
    }

    fn note_decision(&self) {
        *self.stall() = None;
    }

    fn stall(&self) -> MutexGuard<'_, Option<Stall>> {
        self.stall.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whatever else a read says, nobody waits for it: the order is placed.
async fn is_undecided(state: impl Future<Output = Result<Option<ReservationState>>> + Send) -> bool {
    matches!(state.await, Ok(Some(ReservationState::Pending)))
}

/// Waits until it is told of this order; false: something was missed that was told meanwhile.
async fn is_told(decided: &mut Receiver<OrderId>, id: OrderId) -> bool {
    loop {
        match decided.recv().await {
            Ok(order) if order == id => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::future::ready;

    use futures::future::join_all;
    use tokio::time::sleep;
    use uuid::Uuid;

    use super::*;

    /// A process that takes orders, and those that another one has decided on.
    struct Process {
        decisions: Decisions,
        decided: Mutex<HashSet<u128>>,
    }

    impl Process {
        fn new() -> Self {
            Self { decisions: Decisions::new(), decided: Mutex::new(HashSet::new()) }
        }

        /// How many milliseconds whoever has ordered waits, in fifties, and what they hear.
        async fn wait(&self, order: u128) -> (u128, bool) {
            let state = |order: OrderId| {
                let is_decided = self.decided.lock().unwrap().contains(&order.0.as_u128());
                ready(Ok(Some(if is_decided { ReservationState::Reserved } else { ReservationState::Pending })))
            };
            let began = Instant::now();
            let is_decided = self.decisions.wait(id(order), state).await;
            (began.elapsed().as_millis() / 50 * 50, is_decided)
        }

        async fn decide(&self, order: u128, after: u64) {
            sleep(Duration::from_millis(after)).await;
            self.decided.lock().unwrap().insert(order);
        }

        /// The first order of an outage.
        async fn wait_in_vain(&self, order: u128) {
            assert_eq!(self.wait(order).await, (2_000, false));
        }
    }

    fn id(order: u128) -> OrderId {
        OrderId(Uuid::from_u128(order))
    }

    #[tokio::test(start_paused = true)]
    async fn where_one_has_waited_in_vain_nobody_waits_until_a_decision_is_seen() {
        let process = Process::new();
        process.wait_in_vain(1).await;
        for order in 2..9 {
            assert_eq!(process.wait(order).await, (0, false));
            sleep(Duration::from_millis(700)).await;
        }
        process.decided.lock().unwrap().extend(1..9);
        let (waited, ()) = tokio::join!(process.wait(9), process.decide(9, 300));
        assert_eq!(waited, (350, true));
        process.wait_in_vain(10).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_decision_that_this_process_hears_of_ends_it_too() {
        let process = Process::new();
        process.wait_in_vain(1).await;
        process.decisions.notify(id(7));
        let told = async {
            sleep(Duration::from_millis(120)).await;
            process.decisions.notify(id(2));
        };
        let (waited, ()) = tokio::join!(process.wait(2), told);
        assert_eq!(waited, (100, true), "it is told at once");
    }

    #[tokio::test(start_paused = true)]
    async fn in_the_first_moment_of_an_outage_all_but_one_are_let_go_early() {
        let process = Process::new();
        let orders = (0..40_u32).map(async |place| {
            sleep(Duration::from_millis(50) * place).await;
            process.wait(place.into()).await
        });
        let waited = join_all(orders).await;
        assert!(waited.iter().all(|(_, is_decided)| !is_decided), "{waited:?}");
        let times: Vec<_> = waited.iter().map(|(time, _)| *time).collect();
        assert_eq!(times[0], 2_000);
        assert!(times[1..13].iter().all(|time| *time <= 750), "{times:?}");
        assert!(times[13..].iter().all(|time| *time == 0), "{times:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_that_is_decided_on_one_after_the_other_is_not_let_go() {
        let process = Process::new();
        let waiting = join_all((1..=6).map(|order| process.wait(order)));
        let deciding = join_all((1..=6_u32).map(|order| process.decide(order.into(), u64::from(order) * 300)));
        let (waited, _) = tokio::join!(waiting, deciding);
        assert!(waited.iter().all(|(_, is_decided)| *is_decided), "{waited:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_order_that_is_never_decided_on_keeps_one_other_from_waiting() {
        let process = Process::new();
        process.wait_in_vain(1).await;
        assert_eq!(process.wait(2).await, (0, false));
        process.decide(2, 100).await;
        let (waited, ()) = tokio::join!(process.wait(3), process.decide(3, 300));
        assert_eq!(waited, (350, true));
    }

    #[tokio::test(start_paused = true)]
    async fn who_goes_away_while_they_wait_leaves_nothing_for_others_to_fear() {
        let process = Process::new();
        assert!(timeout(Duration::from_millis(20), process.wait(1)).await.is_err());
        process.decide(1, 60_000).await;
        let (waited, ()) = tokio::join!(process.wait(2), process.decide(2, 300));
        assert_eq!(waited, (350, true));
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use std::pin::pin;
    use std::sync::Arc;

    use futures::future::{Either, select};
    use shuttle::future::{block_on, yield_now};
    use shuttle::thread;
    use tokio::sync::broadcast::channel;
    use uuid::Uuid;

    use super::super::super::explore::explore;
    use super::super::super::sync::Mutex;
    use super::*;

    #[test]
    fn whoever_waits_hears_of_it_or_finds_it_also_where_they_fall_behind() {
        explore(|| {
            let [mine, others] = [1, 2].map(|number| OrderId(Uuid::from_u128(number)));
            // Nobody can be behind by more than one.
            let (told, mut decided) = channel(1);
            let is_open = Arc::new(Mutex::new(true));
            let row = Arc::clone(&is_open);
            let inventory = thread::spawn(move || {
                let _ = told.send(others);
                *row.lock().unwrap() = false;
                for order in [mine, others] {
                    thread::yield_now();
                    let _ = told.send(order);
                }
            });
            block_on(async {
                loop {
                    // A pause is as long as chance will have it, and others have their turn in it.
                    thread::yield_now();
                    let heard = match select(pin!(is_told(&mut decided, mine)), pin!(yield_now())).await {
                        Either::Left((heard, _)) => heard,
                        Either::Right(_) => false,
                    };
                    let is_open = *is_open.lock().unwrap();
                    assert!(!heard || !is_open, "it is told once it is so");
                    if heard || !is_open {
                        return;
                    }
                }
            });
            inventory.join().unwrap();
        });
    }
}
