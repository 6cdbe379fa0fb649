//! Looks how far the replica of the database has come, in every process that answers requests: by that it is read, or not.

use std::time::Duration;

use shop::infrastructure::postgres::{PgStore, ReplicaHealth};
use shop::usecase::{Store as _, backoff};
use tokio::time::sleep;

use crate::supervisor::Task;

/// Often enough for the shortest lag that may be set.
const EVERY: Duration = Duration::from_millis(500);
/// Whoever brings it back waits so long at most until it is read again; by chance up to as long again.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Looks twice a second; at one that cannot be read, with pauses that grow.
///
/// # Errors
/// When the primary does not answer; run it again. Meanwhile the replica is read for as long as it may be behind.
pub async fn watch(task: Task, store: PgStore) -> anyhow::Result<()> {
    let Some(mut watch) = store.replica_watch() else {
        task.stop.cancelled().await;
        return Ok(());
    };
    let (mut pauses, mut was_read) = (backoff(EVERY, LONGEST_PAUSE), None);
    loop {
        let health = watch.look().await?;
        task.idle();
        let is_read = store.replica().is_some();
        if was_read.replace(is_read) != Some(is_read) {
            note_change(health, is_read);
        }
        let pause = match health {
            ReplicaHealth::Unreachable | ReplicaHealth::NoStandby => pauses.next_pause(),
            ReplicaHealth::Unknown | ReplicaHealth::Following(_) | ReplicaHealth::Behind(_) => {
                pauses = backoff(EVERY, LONGEST_PAUSE);
                EVERY
            }
        };
        tokio::select! {
            biased;
            () = task.stop.cancelled() => return Ok(()),
            () = sleep(pause) => {}
        }
    }
}

fn note_change(health: ReplicaHealth, is_read: bool) {
    let lag_ms = health.lag().map(|lag| lag.as_millis());
    if is_read {
        tracing::info!(lag_ms, "the replica is read");
    } else {
        tracing::warn!(why = words(health), lag_ms, "the replica is not read: DATABASE_URL answers all");
    }
}

/// For whoever looks after it.
pub fn words(health: ReplicaHealth) -> &'static str {
    match health {
        ReplicaHealth::Unknown => "nobody has looked at it",
        ReplicaHealth::Following(_) => "it follows",
        ReplicaHealth::Behind(_) => "it is behind",
        ReplicaHealth::Unreachable => "it does not answer",
        ReplicaHealth::NoStandby => "it is no standby of this database",
    }
}
