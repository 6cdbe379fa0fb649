//! The log: what is written, and how it looks.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{Config, LogFormat};

/// Libraries that tell more than an operator wants to know, unless the filter names them.
const QUIET: &str =
    "rdkafka=error,sqlx=warn,tower_sessions_core=error,tower_sessions=error,axum_login=error,hyper=warn";

/// What is written where the operator wants to see `wanted`.
pub fn filter(wanted: &str) -> EnvFilter {
    EnvFilter::new(format!("{QUIET},{wanted}"))
}

/// From here on, whatever is traced goes to standard error.
pub fn start(config: &Config) {
    let registry = tracing_subscriber::registry().with(filter(&config.log_filter));
    let lines = fmt::layer().with_writer(stderr).with_ansi(stderr().is_terminal());
    let started = match config.log_format {
        LogFormat::Text => registry.with(lines.with_target(false)).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
    if let Err(cause) = started {
        eprintln!("small-ecommerce: no log: {cause}");
    }
    if config.traces_asked_for {
        tracing::warn!("OTEL_EXPORTER_OTLP_ENDPOINT is set, but traces are not exported yet; they stay in the log");
    }
}
