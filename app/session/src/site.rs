//! The shop, and what a request must know of the place it is served from.

use shop::infrastructure::{LiveSessions, LiveShop};
use tokio_util::task::TaskTracker;

use crate::code_limit::CodeLimiter;
use crate::key_limit::KeyLimiter;
use crate::link_limit::LinkLimiter;
use crate::order_limit::OrderLimiter;
use crate::proxies::TrustedProxies;
use crate::rate_limit::RateLimiter;

#[derive(Clone)]
pub struct Site {
    pub shop: LiveShop,
    pub sessions: LiveSessions,
    /// Writes run in tasks of this tracker: a shopper who closes the tab does not cancel them, and a server that stops
    /// waits for them.
    pub tracker: TaskTracker,
    /// Without a slash at the end.
    pub base_url: String,
    /// How often somebody may try to sign in.
    pub rate_limiter: RateLimiter,
    /// How often somebody may try promotion codes that nobody has.
    pub code_limiter: CodeLimiter,
    /// How often somebody may ask for links to orders.
    pub link_limiter: LinkLimiter,
    /// How often guests may order.
    pub order_limiter: OrderLimiter,
    /// How often programs may call.
    pub key_limiter: KeyLimiter,
    /// Whose word on where a request comes from is believed.
    pub proxies: TrustedProxies,
    /// Served over HTTPS: cookies say `Secure` and bear `__Host-` names.
    pub secure: bool,
}
