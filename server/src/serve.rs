//! Running the shop, and stopping it: not ready → (`STOP_DELAY_SECONDS`) → stop accepting → drain requests (10 s) → consumers
//! finish and commit → relay flushes → pool closes; 25 s in all. A second signal ends it at once.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::Context;
use shop::infrastructure::LiveShop;
use shop::infrastructure::postgres::PgStore;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::changes;
use crate::compose;
use crate::config::Config;
use crate::metrics::{self, Exporter, RequestMetrics};
use crate::replica;
use crate::supervisor::{Board, Stage};
use crate::web::{self, WebServer};
use crate::worker::{Worker, timers};

/// Which parts run in this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    Everything,
    Web,
    Worker,
}

/// How long requests under way are waited for: whoever is slow or deaf is not, so that a stop takes ten seconds with them, too.
const DRAINING: Duration = Duration::from_secs(8);
const IN_ALL: Duration = Duration::from_secs(25);
/// So long after its start a process does nothing any more that it will not do again.
const STARTED: Duration = Duration::from_secs(5);
/// The most connections of whoever reads metrics.
const READERS: u32 = 16;

/// Runs until SIGTERM or SIGINT.
///
/// # Errors
/// When it cannot start.
pub async fn serve(config: Config, parts: Parts) -> anyhow::Result<()> {
    let stop = stop_on_signals()?;
    let store = compose::migrated_store(&config).await?;
    if config.secret_key_is_made_up {
        tracing::info!("no SECRET_KEY: one is made of DATABASE_URL, which will do on this machine");
    }
    let shop = compose::shop(&config, store.clone())?;
    shop.confirm_currency().await.map_err(compose::cause_alone)?;
    for left in compose::confirm_providers(&shop).await? {
        tracing::warn!(
            left.provider,
            left.refunds,
            "refunds of a provider that is not connected are left to the staff"
        );
    }
    shop.refresh_content().await.map_err(compose::cause_alone)?;
    let board = Board::default();
    let exporter = config.metrics_addr.map(|_| Exporter::new(&shop, &board)).transpose()?;
    let requests = exporter.as_ref().map(Exporter::requests);
    let metrics = config.metrics_addr.zip(exporter).map(|(at, exporter)| metrics_server(at, exporter)).transpose()?;
    let content = Stage::new(&board);
    let reading = shop.clone();
    content.start("content", move |task| timers::refresh_content(task, reading.clone()));
    if parts != Parts::Worker {
        let seeing = shop.clone();
        content.start("visits", move |task| timers::count_visits(task, seeing.clone()));
        let listening = shop.clone();
        content.start("changes", move |task| changes::watch(task, listening.clone()));
    }
    if parts != Parts::Worker && store.replica_health().is_some() {
        let reading = store.clone();
        content.start("replica", move |task| replica::watch(task, reading.clone()));
    }
    let web = match parts {
        Parts::Everything | Parts::Web => Some(open(&config, &shop, &board, &stop, requests)?),
        Parts::Worker => None,
    };
    let worker = match parts {
        Parts::Everything | Parts::Worker => {
            let sandbox = compose::own_sandbox(&config, &store)?;
            let (mailer, source) = (compose::mailer(&config)?, compose::picture_source(&config));
            Some(Worker::start(&shop, &mailer, &source, config.kafka.as_ref(), sandbox, &board)?)
        }
        Parts::Web => {
            tracing::info!("this process only answers requests: a worker must run somewhere");
            None
        }
    };
    tokio::spawn(release_code());
    stop.cancelled().await;
    tracing::info!("stopping");
    // A proxy hears of it by asking: until then it sends requests here, and whoever it sends is served.
    if web.is_some() {
        sleep(config.stop_delay).await;
    }
    if timeout(IN_ALL, Box::pin(close(web, worker, content, store))).await.is_err() {
        tracing::warn!("stopping took too long; what is left will be taken up at the next start");
    }
    // To the last, so that a stop is seen.
    if let Some(metrics) = metrics {
        metrics.stop(Duration::ZERO).await;
    }
    tracing::info!("stopped");
    Ok(())
}

/// What only the start has used of the program's code goes out of memory.
async fn release_code() {
    let before = code_pages::mapped();
    sleep(STARTED).await;
    if let Err(cause) = before.and_then(|before| code_pages::release(&before)) {
        tracing::debug!(%cause, "code that only the start has used stays in memory");
    }
}

/// The open web side, and the writes its requests have begun.
struct Web {
    server: WebServer,
    writes: TaskTracker,
}

fn open(
    config: &Config,
    shop: &LiveShop,
    board: &Board,
    stop: &CancellationToken,
    requests: Option<RequestMetrics>,
) -> anyhow::Result<Web> {
    let writes = TaskTracker::new();
    let state = web::State::new(config, shop.clone(), writes.clone(), board.clone(), stop.clone())?.counted(requests);
    let listener = TcpListener::bind(config.site_addr).with_context(|| format!("listening on {}", config.site_addr))?;
    let server = WebServer::start(listener, web::router(state), config.max_connections)?;
    tracing::info!(address = %server.address(), base_url = config.base(), "the shop is open");
    Ok(Web { server, writes })
}

/// Metrics have an address of their own: what the shop is reached at never has them.
fn metrics_server(at: SocketAddr, exporter: Exporter) -> anyhow::Result<WebServer> {
    let listener = TcpListener::bind(at).with_context(|| format!("listening on {at} (METRICS_ADDR)"))?;
    let server = WebServer::start(listener, metrics::routes(exporter), READERS)?;
    tracing::info!(address = %server.address(), "metrics are served");
    Ok(server)
}

/// Readiness went with the signal already; everything else goes here, in order.
async fn close(web: Option<Web>, worker: Option<Worker>, content: Stage, store: PgStore) {
    let (background, delivery) = worker.map(Worker::into_stages).unzip();
    let drain = async {
        if let Some(web) = web {
            web.server.stop(DRAINING).await;
            web.writes.close();
            if timeout(Duration::from_secs(5), web.writes.wait()).await.is_err() {
                tracing::warn!(left = web.writes.len(), "writes did not finish in time");
            }
        }
    };
    let wind_down = async {
        if let Some(background) = background {
            // Longer than one mail may take.
            background.stop(Duration::from_secs(16)).await;
        }
    };
    // New mail and expiries end with the requests, so that nothing new reaches the consumers behind them.
    tokio::join!(drain, wind_down);
    if let Some(delivery) = delivery {
        delivery.stop().await;
    }
    content.stop(Duration::from_secs(1)).await;
    store.close().await;
}

/// Cancelled by the first SIGTERM or SIGINT; the second ends the process.
fn stop_on_signals() -> anyhow::Result<CancellationToken> {
    let mut term = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut int = signal(SignalKind::interrupt()).context("SIGINT")?;
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        for first in [true, false] {
            let code = tokio::select! {
                _ = term.recv() => 143,
                _ = int.recv() => 130,
            };
            if !first {
                eprintln!("small-ecommerce: told twice; ending at once");
                std::process::exit(code);
            }
            told.cancel();
        }
    });
    Ok(stop)
}
