//! Changes of staff, counted: what was cached before one is shown no more. Each commit of one notifies the other processes of the shop
//! (`staff_change_listener`). What orders do to stock notifies nobody, since commits that notify wait for each other: there the age
//! of what is kept is the limit.

use std::sync::atomic::{AtomicU64, Ordering};

use super::replica_health::Replica;

pub(super) const CHANNEL: &str = "staff_changes";
/// Of `CHANNEL`, in one round trip.
pub(super) const NOTIFY_AND_COMMIT: &str = "notify staff_changes; commit";

/// Kinds of actions that invalidate nothing in any cache: what is done with these shows on no page that everybody sees, or as what
/// orders do to stock.
const HIDDEN_FROM_SHOPPERS: [&str; 9] =
    ["order", "orders", "refund", "return", "mail", "webhook", "event", "events", "key"];

/// Whether pages that everybody sees may be others by an action of staff, as the audit names it (`order.packed`).
pub(super) fn is_visible_to_shoppers(action: &str) -> bool {
    action.split_once('.').is_none_or(|(about, _)| !HIDDEN_FROM_SHOPPERS.contains(&about))
}

/// Counts one. The replica first: whoever sees the new number reads what is new.
pub(super) fn note_staff_change<S>(changes: &AtomicU64, replica: Option<&Replica<S>>) {
    if let Some(replica) = replica {
        replica.require_all();
    }
    changes.fetch_add(1, Ordering::Release);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_staff_do_with_orders_drops_no_page() {
        for (action, expected) in [
            ("order.packed", false),
            ("orders.exported", false),
            ("refund.given", false),
            ("key.made", false),
            ("product.changed", true),
            ("stock.changed", true),
            ("content.changed", true),
            ("customer.anonymised", true),
            ("promotion.created", true),
        ] {
            assert_eq!(is_visible_to_shoppers(action), expected, "{action}");
        }
    }
}
