//! What the program tells of itself while it works: the log on standard error, and traces where somebody collects them.

mod collector;
mod traces;

use std::io::{IsTerminal, stderr};

use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::filter::dynamic_filter_fn;
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

/// From here on, whatever is logged goes to standard error, and steps to whoever collects them, on this runtime.
///
/// # Errors
/// Never with what the configuration lets through.
pub fn start(config: &Config, runtime: &Handle) -> anyhow::Result<Telemetry> {
    let Some(wanted) = &config.traces else {
        note(registry().with(filter(&config.log_filter)).with(lines(config.log_format)).try_init());
        return Ok(Telemetry(None));
    };
    let traces = Tracing::start(wanted, runtime)?;
    note(subscriber(&traces, &config.log_filter, config.log_format).try_init());
    traces.install();
    tracing::info!(endpoint = wanted.endpoint.host_str(), sampling = ?wanted.sampling, "traces are collected");
    Ok(Telemetry(Some(traces)))
}

/// Lines of the log, which bear their trace, and the export, of spans with the target `steps` alone. The log's filter is the
/// outermost. The export's is dynamic on purpose: what a layer's filter answers stays with the thread until a span or an event
/// uses it up, and rdkafka asks for each client whether it may say something, and says nothing. A filter that is asked once
/// (`Targets`) would leave the next step to that answer, and the step would be lost.
fn subscriber(traces: &Tracing, log_filter: &str, format: LogFormat) -> impl Subscriber + Send + Sync + use<> {
    let export = traces.layer().with_filter(dynamic_filter_fn(|metadata, _| metadata.target() == STEPS));
    registry().with(lines(format)).with(export).with(filter(&format!("{log_filter},{STEPS}=info")))
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

#[cfg(test)]
mod tests {
    use shop::usecase::{Step, StepKind, Tracer as _};
    use tracing::Level;

    use super::traces::Spans;
    use super::*;
    use crate::config::{Sampling, Traces};

    #[tokio::test]
    async fn a_step_is_told_though_a_library_has_only_asked_whether_it_may_speak() {
        let nowhere = Traces {
            endpoint: "http://127.0.0.1:1".parse().unwrap(),
            headers: Vec::new(),
            sampling: Sampling { share: 1.0, follows_cause: true },
        };
        let traces = Tracing::start(&nowhere, &Handle::current()).unwrap();
        let cause = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let step = Step { kind: StepKind::Produces, name: "publish order.created", facts: &[] };
        tracing::subscriber::with_default(subscriber(&traces, "info", LogFormat::Text), || {
            // What the export has not seen is the cause of nothing.
            let is_exported = || Spans.cause_of(&Spans.begin(step, cause)).is_some();
            assert!(is_exported());
            assert!(tracing::enabled!(target: "librdkafka", Level::INFO));
            assert!(is_exported());
        });
    }
}
