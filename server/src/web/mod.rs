//! The web: everything between a connection and the pages and server functions of `app`.
//!
//! `router` is the whole of it as one service, so that tests can call it without a socket.

mod asked_order;
mod asset_folder;
mod assets;
mod body;
mod customers;
mod deferred;
mod document;
mod embedded;
mod exports;
mod feed;
mod form_files;
mod headers;
mod health;
mod imports;
mod media;
mod middleware;
mod newest_orders;
mod open_orders;
mod order_events;
mod order_news;
mod origins;
mod overload;
mod own_data;
mod owners;
mod page_cache;
mod pages;
mod papers;
mod paths;
mod payments;
mod placed_uploads;
mod prints;
mod recent;
mod responses;
mod router;
mod sandbox;
mod security_txt;
mod server;
mod sessions;
mod sitemap;
mod staff_only;
mod suggestions;
mod theme;
mod unopened;
mod unsubscribe;
mod uploads;
mod visits;
mod write_limit;

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use session::{KeyLimiter, OrderLimiter, Site};
use shop::infrastructure::LiveShop;
use shop::infrastructure::payments::SandboxPayments;
use shop::infrastructure::postgres::PgSessions;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::compose;
use crate::config::Config;
use crate::metrics::RequestMetrics;
use crate::supervisor::Board;

use newest_orders::NewestOrders;
use open_orders::OpenOrders;

pub use router::router;
pub use server::WebServer;

/// The most event streams at once, of shoppers and of staff: neither has the others wait.
const STREAMS: usize = 200;
const STAFF_STREAMS: usize = 50;
/// The most letters to a new password that are looked up at once.
const RESETS: usize = 4;
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
    staff_streams: Arc<Semaphore>,
    newest_orders: NewestOrders,
    open_orders: OpenOrders,
    /// What they are counted with, where somebody wants to know.
    requests: Option<RequestMetrics>,
    /// What reads, and what writes, at once.
    most_requests: usize,
    /// Of pages that are kept; none of none.
    page_cache_bytes: usize,
    /// Each has a file in memory.
    uploads: Arc<Semaphore>,
    /// Browsers use HTTPS for what stands below the host, too.
    hsts_subdomains: bool,
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
        let (tasks, lags) = (board.clone(), board.lags.clone());
        let site = Site {
            sessions: PgSessions::new(shop.store().bounded_pool().clone()),
            shop,
            tracker: writes,
            base_url: config.base().into(),
            reset_turns: Arc::new(Semaphore::new(RESETS)),
            order_limiter: OrderLimiter::new(&config.limits),
            key_limiter: KeyLimiter::new(&config.limits),
            proxies: config.trusted_proxies.clone(),
            secure: config.session_secure,
            keeps_views: config.page_cache_bytes > 0,
            tasks: Arc::new(move || tasks.snapshot()),
            partitions: Arc::new(move || lags.snapshot()),
        };
        let leptos = assets::leptos_options(config)?;
        let sandbox = compose::own_sandbox(config, site.shop.store())?;
        let (streams, uploads) = (Arc::new(Semaphore::new(STREAMS)), Arc::new(Semaphore::new(UPLOADS)));
        let (staff_streams, newest_orders) = (Arc::new(Semaphore::new(STAFF_STREAMS)), NewestOrders::default());
        let most_requests = usize::try_from(config.max_requests)?;
        let page_cache_bytes = usize::try_from(config.page_cache_bytes)?;
        let hsts_subdomains = config.hsts_subdomains;
        Ok(Self {
            site,
            leptos,
            board,
            stop,
            sandbox,
            streams,
            staff_streams,
            newest_orders,
            open_orders: OpenOrders::default(),
            requests: None,
            most_requests,
            page_cache_bytes,
            uploads,
            hsts_subdomains,
        })
    }

    /// The same, whose requests are counted.
    #[must_use]
    pub fn counted(self, requests: Option<RequestMetrics>) -> Self {
        Self { requests, ..self }
    }
}
