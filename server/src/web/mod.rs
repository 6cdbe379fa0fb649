//! The web: everything between a connection and the pages and server functions of `app`.
//!
//! `router` is the whole of it as one service, so that tests can call it without a socket.

mod asked_order;
mod asset_folder;
mod assets;
mod body;
mod customers;
mod document;
mod embedded;
mod exports;
mod headers;
mod health;
mod imports;
mod media;
mod middleware;
mod order_events;
mod origins;
mod owners;
mod pages;
mod papers;
mod paths;
mod payments;
mod responses;
mod router;
mod sandbox;
mod server;
mod sessions;
mod theme;
mod uploads;
mod write_limit;

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use session::{CodeLimiter, KeyLimiter, LinkLimiter, OrderLimiter, RateLimiter, Site};
use shop::infrastructure::LiveShop;
use shop::infrastructure::payments::SandboxPayments;
use shop::infrastructure::postgres::PgSessions;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::compose;
use crate::config::Config;
use crate::supervisor::Board;

pub use router::router;
pub use server::WebServer;

/// The most event streams at once.
const STREAMS: usize = 200;
/// The most uploads at once.
const UPLOADS: usize = 2;

/// What requests need to be answered.
#[derive(Clone)]
pub struct State {
    pub site: Site,
    pub leptos: LeptosOptions,
    pub board: Board,
    /// Cancelled when the process stops: it is not ready any more, and open streams end.
    pub stop: CancellationToken,
    /// Its page is ours to serve; none where another provider takes the money.
    sandbox: Option<SandboxPayments>,
    streams: Arc<Semaphore>,
    /// Each has a file in memory.
    uploads: Arc<Semaphore>,
}

impl FromRef<State> for Site {
    fn from_ref(state: &State) -> Self {
        state.site.clone()
    }
}

impl State {
    /// # Errors
    /// When cargo-leptos left an environment that makes no sense.
    pub fn new(
        config: &Config,
        shop: LiveShop,
        writes: TaskTracker,
        board: Board,
        stop: CancellationToken,
    ) -> anyhow::Result<Self> {
        let site = Site {
            sessions: PgSessions::new(shop.store().pool().clone()),
            shop,
            tracker: writes,
            base_url: config.base().to_owned(),
            rate_limiter: RateLimiter::default(),
            code_limiter: CodeLimiter::default(),
            link_limiter: LinkLimiter::default(),
            order_limiter: OrderLimiter::default(),
            key_limiter: KeyLimiter::default(),
            proxies: config.trusted_proxies.clone(),
            secure: config.session_secure,
        };
        let leptos = assets::leptos_options(config)?;
        let sandbox = compose::own_sandbox(config, site.shop.store())?;
        let (streams, uploads) = (Arc::new(Semaphore::new(STREAMS)), Arc::new(Semaphore::new(UPLOADS)));
        Ok(Self { site, leptos, board, stop, sandbox, streams, uploads })
    }
}
