//! The relay: takes events from the outbox, in their order, to the bus. One in the whole shop is active; the others wait
//! for its lock.

use std::sync::Arc;
use std::time::Duration;

use shop::domain::Envelope;
use shop::infrastructure::LiveShop;
use shop::infrastructure::postgres::{PgStore, RelayLock};
use shop::usecase::{self, Clock, Store};
use tokio::time::sleep;

use super::bus::Bus;
use crate::supervisor::Task;

/// The most events of one step.
const BATCH: u32 = 200;
/// The poll is the truth; the bell only saves time.
const POLL: Duration = Duration::from_millis(100);
/// Between two attempts to become the active one.
const TURN: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelayOutcome {
    /// The outbox is empty.
    Idle,
    /// So many events, all there were in this step.
    Published(usize),
    /// The bus did not take them all; those that are left will be taken again, in order.
    Held { published: usize, left: usize },
}

/// One step: claim, publish, mark what was acknowledged.
///
/// # Errors
/// When the outbox cannot be read or marked; what was published then is published again, under the same ids.
pub async fn relay_once<S: Store>(store: &S, bus: &Bus<S>, clock: &dyn Clock) -> usecase::Result<RelayOutcome> {
    let (positions, envelopes): (Vec<i64>, Vec<Envelope>) = store.unpublished_events(BATCH).await?.into_iter().unzip();
    if envelopes.is_empty() {
        return Ok(RelayOutcome::Idle);
    }
    let acked = bus.publish(&envelopes).await;
    let done: Vec<i64> = positions.iter().zip(acked).filter(|(_, acked)| *acked).map(|(at, _)| *at).collect();
    if !done.is_empty() {
        store.mark_published(&done, clock.now()).await?;
    }
    match positions.len() - done.len() {
        0 => Ok(RelayOutcome::Published(done.len())),
        left => Ok(RelayOutcome::Held { published: done.len(), left }),
    }
}

/// Relays until told to stop, then empties the outbox as far as the bus takes it.
///
/// # Errors
/// When the outbox cannot be worked on; run it again.
pub async fn run(task: Task, shop: LiveShop, bus: Arc<Bus<PgStore>>, clock: Arc<dyn Clock>) -> anyhow::Result<()> {
    loop {
        match shop.store().try_relay_lock().await? {
            Some(lock) => {
                tracing::info!("this process relays events");
                relay_while_held(&task, &shop, &bus, clock.as_ref(), lock).await?;
            }
            None => task.idle(),
        }
        tokio::select! {
            () = task.stop.cancelled() => return Ok(()),
            () = sleep(TURN) => {}
        }
    }
}

async fn relay_while_held(
    task: &Task,
    shop: &LiveShop,
    bus: &Bus<PgStore>,
    clock: &dyn Clock,
    mut lock: RelayLock,
) -> anyhow::Result<()> {
    let mut pause = POLL;
    let mut polls: u32 = 0;
    loop {
        // Once a second while nothing happens, and before every step that follows another.
        polls += 1;
        if (pause != POLL || polls.is_multiple_of(10)) && !lock.is_held().await {
            tracing::warn!("the relay's lock is lost");
            return Ok(());
        }
        match relay_once(shop.store(), bus, clock).await? {
            RelayOutcome::Published(_) => {
                task.progress();
                pause = POLL;
                polls = 9;
                continue;
            }
            RelayOutcome::Idle => {
                task.idle();
                pause = POLL;
            }
            RelayOutcome::Held { published: 0, .. } => pause = (pause * 2).min(LONGEST_PAUSE),
            RelayOutcome::Held { .. } => {
                task.progress();
                pause = POLL * 2;
            }
        }
        if task.stop.is_cancelled() {
            return Ok(());
        }
        tokio::select! {
            () = task.stop.cancelled() => {}
            () = shop.bell().notified(), if pause == POLL => {}
            () = sleep(pause) => {}
        }
    }
}
