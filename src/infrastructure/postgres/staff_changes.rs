//! Changes of staff, counted: what was read before one is shown no more. Each commit of one notifies the other processes of the shop
//! (`staff_change_listener`). What orders do to stock notifies nobody, since commits that notify wait for each other: there the age
//! of what is kept is the limit.

use std::sync::atomic::{AtomicU64, Ordering};

use super::replica_health::Replica;

pub(super) const CHANNEL: &str = "staff_changes";
/// Of `CHANNEL`, in one round trip.
pub(super) const NOTIFY_AND_COMMIT: &str = "notify staff_changes; commit";

/// Counts one. The replica first: whoever sees the new number reads what is new.
pub(super) fn note_staff_change<S>(changes: &AtomicU64, replica: Option<&Replica<S>>) {
    if let Some(replica) = replica {
        replica.require_all();
    }
    changes.fetch_add(1, Ordering::Release);
}
