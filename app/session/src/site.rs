//! The shop, and what a request must know of the place it is served from. Each request has copies of it, so nothing here is
//! copied but counts.

use std::sync::Arc;

use shop::dto::{GroupPartitions, TaskView};
use shop::infrastructure::{LiveSessions, LiveShop};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::key_limit::KeyLimiter;
use crate::order_limit::OrderLimiter;
use crate::proxies::TrustedProxies;

/// What this process knows of itself, as it is now.
pub type Seen<T> = Arc<dyn Fn() -> Vec<T> + Send + Sync>;

#[derive(Clone)]
pub struct Site {
    pub shop: LiveShop,
    pub sessions: LiveSessions,
    /// Writes run in tasks of this tracker: a shopper who closes the tab does not cancel them, and a server that stops
    /// waits for them.
    pub tracker: TaskTracker,
    /// Without a slash at the end.
    pub base_url: Arc<str>,
    /// How many letters to a new password are looked up at once: nobody waits for them, and shoppers want connections, too.
    pub reset_turns: Arc<Semaphore>,
    /// How often guests may order.
    pub order_limiter: OrderLimiter,
    /// How often programs may call.
    pub key_limiter: KeyLimiter,
    /// Whose word on where a request comes from is believed.
    pub proxies: TrustedProxies,
    /// Served over HTTPS: cookies say `Secure` and bear `__Host-` names.
    pub secure: bool,
    /// Whether what the catalogue shows everybody is kept for a moment.
    pub keeps_views: bool,
    /// What its background work is doing.
    pub tasks: Seen<TaskView>,
    /// What its consumers last found in their partitions; nothing where none runs here.
    pub partitions: Seen<GroupPartitions>,
}
