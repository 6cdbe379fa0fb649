//! What the program tells of itself while it works: the log on standard error, and traces where somebody collects them.

mod collector;
mod traces;

use std::io::{IsTerminal, stderr};

use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::config::{Config, LogFormat};

pub use traces::RequestStep;
use traces::{STEPS, Tracing};

/// Libraries that tell more than an operator wants to know, unless the filter names them.
const QUIET: &str =
    "rdkafka=error,sqlx=warn,tower_sessions_core=error,tower_sessions=error,axum_login=error,hyper=warn";

/// What is written where the operator wants to see `wanted`.
pub fn filter(wanted: &str) -> EnvFilter {
    EnvFilter::new(format!("{QUIET},{wanted}"))
}

/// What is to be done before the process ends.
#[must_use = "what was not sent is lost without `finish`"]
pub struct Telemetry(Option<Tracing>);

impl Telemetry {
    /// Sends the traces that are left, for three seconds at most. Blocks.
    pub fn finish(self) {
        if let Some(traces) = self.0 {
            traces.finish();
        }
    }
}

/// From here on, whatever is traced goes to standard error, and steps to whoever collects them, on this runtime.
///
/// # Errors
/// Never with what the configuration lets through.
pub fn start(config: &Config, runtime: &Handle) -> anyhow::Result<Telemetry> {
    let Some(wanted) = &config.traces else {
        note(registry().with(filter(&config.log_filter)).with(lines(config.log_format)).try_init());
        return Ok(Telemetry(None));
    };
    let traces = Tracing::start(wanted, runtime)?;
    // Lines bear their trace, and nothing but steps is told. What is not logged is refused before the steps' own filter is asked:
    // libraries ask whether they may say something, and a filter's answer to that must not be left lying for the next step.
    let told = traces.layer().with_filter(Targets::new().with_target(STEPS, tracing::Level::INFO));
    let wanted_or_step = filter(&format!("{},{STEPS}=info", config.log_filter));
    note(registry().with(lines(config.log_format)).with(told).with(wanted_or_step).try_init());
    traces.install();
    tracing::info!(endpoint = wanted.endpoint.host_str(), sampling = ?wanted.sampling, "traces are collected");
    Ok(Telemetry(Some(traces)))
}

fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let lines = fmt::layer().with_writer(stderr).with_ansi(stderr().is_terminal());
    match format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    }
}

fn note<E: std::fmt::Display>(started: Result<(), E>) {
    if let Err(cause) = started {
        eprintln!("small-ecommerce: no log: {cause}");
    }
}
