//! The relay: takes events from the outbox, in their order, to the bus. One in the whole shop is active; the others wait
//! for its lock. What was set aside is tried again beside it, so that nobody waits for what cannot go.

use std::sync::Arc;
use std::time::Duration;

use shop::infrastructure::LiveShop;
use shop::infrastructure::postgres::SessionLock;
use shop::usecase::{ReadAhead, Relayed, backoff};
use tokio::time::sleep;

use super::bus::Carrier;
use crate::supervisor::Task;

/// The most events of one step.
const BATCH: u32 = 200;
/// The poll is the truth; the wake-up only saves time.
const POLL: Duration = Duration::from_millis(100);
/// Between two looks at what was set aside.
const RETRY_POLL: Duration = Duration::from_millis(500);
/// Between two attempts to become the active one.
const TURN: Duration = Duration::from_millis(250);
/// For as long as nobody is there to take anything.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Relays until told to stop, then empties the outbox as far as the bus takes it.
///
/// # Errors
/// When the outbox cannot be worked on; run it again.
pub async fn run(task: Task, shop: LiveShop, bus: Arc<Carrier>) -> anyhow::Result<()> {
    let mut lock = shop.store().session_lock().await?;
    while !lock.try_relay().await? {
        task.idle();
        tokio::select! {
            () = task.stop.cancelled() => return Ok(()),
            () = sleep(TURN) => {}
        }
    }
    let held_back = shop.retry_events_now().await?;
    tracing::info!(held_back, "this process relays events");
    if let Err(cause) = shop.store().record_identity().await {
        // What is missed is that `restored` has to be told more.
        let error = format!("{:#}", anyhow::Error::from(cause));
        tracing::warn!(error, "PostgreSQL does not say which database this is");
    }
    tokio::select! {
        relayed = relay_while_held(&task, &shop, &bus, lock) => relayed,
        retried = retry(&task, &shop, &bus) => retried,
    }
}

async fn relay_while_held(task: &Task, shop: &LiveShop, bus: &Carrier, mut lock: SessionLock) -> anyhow::Result<()> {
    let mut pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE);
    let mut pause = POLL;
    let mut polls: u32 = 0;
    let mut ahead = ReadAhead::default();
    loop {
        // Once a second while nothing happens, and before every step that follows another.
        polls += 1;
        anyhow::ensure!(
            (pause == POLL && !polls.is_multiple_of(10)) || lock.is_held().await,
            "the relay's lock is lost"
        );
        match shop.relay_on(bus, BATCH, &mut ahead).await? {
            Relayed::Published(_) if ahead.is_idle() => {
                ahead = ReadAhead::default();
                task.progress();
                pause = POLL;
                pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE);
            }
            Relayed::Published(_) | Relayed::SetAside { .. } => {
                task.progress();
                pause = POLL;
                polls = 9;
                continue;
            }
            Relayed::Idle => {
                task.idle();
                pause = POLL;
                pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE);
            }
            Relayed::Stuck { published, .. } => {
                if published > 0 {
                    pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE);
                }
                task.progress();
                pause = pauses.next_pause();
            }
        }
        if task.stop.is_cancelled() {
            return Ok(());
        }
        tokio::select! {
            () = task.stop.cancelled() => {}
            () = shop.relay_wakeup().notified(), if pause == POLL => {}
            () = sleep(pause) => {}
        }
    }
}

/// Goes on until the other half ends.
async fn retry(task: &Task, shop: &LiveShop, bus: &Carrier) -> anyhow::Result<()> {
    let mut pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE);
    loop {
        let relayed = shop.retry_events(bus, BATCH).await?;
        if let Relayed::Published(published @ 1..)
        | Relayed::SetAside { published: published @ 1.., .. }
        | Relayed::Stuck { published: published @ 1.., .. } = relayed
        {
            tracing::info!(published, "events that were set aside have arrived");
        }
        let pause = match relayed {
            // Nobody was there for any of them.
            Relayed::Stuck { published: 0, .. } => pauses.next_pause(),
            Relayed::Published(_) | Relayed::SetAside { .. } | Relayed::Stuck { .. } => {
                pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE);
                POLL
            }
            Relayed::Idle => {
                pauses = backoff(FIRST_PAUSE, LONGEST_PAUSE);
                RETRY_POLL
            }
        };
        tokio::select! {
            () = task.stop.cancelled() => std::future::pending().await,
            () = sleep(pause) => {}
        }
    }
}
