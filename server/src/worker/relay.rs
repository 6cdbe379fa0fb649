//! The relay: takes events from the outbox, in their order, to the bus. One in the whole shop is active; the others wait
//! for its lock.

use std::sync::Arc;
use std::time::Duration;

use shop::infrastructure::LiveShop;
use shop::infrastructure::postgres::RelayLock;
use shop::usecase::Relayed;
use tokio::time::sleep;

use super::bus::Carrier;
use crate::supervisor::Task;

/// The most events of one step.
const BATCH: u32 = 200;
/// The poll is the truth; the bell only saves time.
const POLL: Duration = Duration::from_millis(100);
/// Between two attempts to become the active one.
const TURN: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Relays until told to stop, then empties the outbox as far as the bus takes it.
///
/// # Errors
/// When the outbox cannot be worked on; run it again.
pub async fn run(task: Task, shop: LiveShop, bus: Arc<Carrier>) -> anyhow::Result<()> {
    loop {
        match shop.store().try_relay_lock().await? {
            Some(lock) => {
                tracing::info!("this process relays events");
                relay_while_held(&task, &shop, &bus, lock).await?;
            }
            None => task.idle(),
        }
        tokio::select! {
            () = task.stop.cancelled() => return Ok(()),
            () = sleep(TURN) => {}
        }
    }
}

async fn relay_while_held(task: &Task, shop: &LiveShop, bus: &Carrier, mut lock: RelayLock) -> anyhow::Result<()> {
    let mut pause = POLL;
    let mut polls: u32 = 0;
    loop {
        // Once a second while nothing happens, and before every step that follows another.
        polls += 1;
        if (pause != POLL || polls.is_multiple_of(10)) && !lock.is_held().await {
            tracing::warn!("the relay's lock is lost");
            return Ok(());
        }
        match shop.relay(bus, BATCH).await? {
            Relayed::Published(_) => {
                task.progress();
                pause = POLL;
                polls = 9;
                continue;
            }
            Relayed::Idle => {
                task.idle();
                pause = POLL;
            }
            Relayed::Stuck { published: 0, .. } => pause = (pause * 2).min(LONGEST_PAUSE),
            Relayed::Stuck { .. } => {
                task.progress();
                pause = POLL * 2;
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
