//! Traces, as OpenTelemetry has them: steps of the core and requests become spans, which are sent in batches by a thread of its
//! own. No event of the log and no span but these leaves the process, and of these only what stands here: routes by their
//! pattern, topics, groups, kinds of mail, and ids.

use std::collections::HashMap;

use anyhow::Context as _;
use http::StatusCode;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{SpanContext, Status, TraceContextExt as _, TracerProvider as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider};
use shop::usecase::{Step, StepKind, Tracer, is_traced, trace_with};
use tokio::runtime::Handle;
use tracing::{Span, Subscriber, field, info_span};
use tracing_opentelemetry::{OpenTelemetryLayer, OpenTelemetrySpanExt as _};
use tracing_subscriber::registry::LookupSpan;

use super::collector::{Collector, PATIENCE};
use crate::config::{Sampling, Traces};

/// The target of the spans that are told; no other is.
pub(super) const STEPS: &str = "steps";

pub(super) struct Tracing {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
}

impl Tracing {
    pub(super) fn start(wanted: &Traces, runtime: &Handle) -> anyhow::Result<Self> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Collector::new(runtime)?)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(wanted.endpoint.as_str())
            .with_headers(
                wanted.headers.iter().map(|(name, value)| (name.clone(), value.expose().to_owned())).collect(),
            )
            .with_timeout(PATIENCE)
            .build()
            .context("OTEL_EXPORTER_OTLP_ENDPOINT")?;
        let of_the_shop = Resource::builder_empty()
            .with_service_name("small-ecommerce")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_sampler(sampler(wanted.sampling))
            .with_resource(of_the_shop.build())
            .build();
        let tracer = provider.tracer("small-ecommerce");
        Ok(Self { provider, tracer })
    }

    pub(super) fn layer<S>(&self) -> OpenTelemetryLayer<S, SdkTracer>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.tracer.clone())
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_context_activation(false)
    }

    /// From here on, steps are told.
    pub(super) fn install(&self) {
        trace_with(Box::new(Spans));
    }

    pub(super) fn finish(self) {
        if let Err(cause) = self.provider.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(%cause, "the last traces did not arrive");
        }
    }
}

fn sampler(wanted: Sampling) -> Sampler {
    let own = Sampler::TraceIdRatioBased(wanted.share);
    if wanted.follows_cause { Sampler::ParentBased(Box::new(own)) } else { own }
}

/// The steps of the core.
pub(super) struct Spans;

impl Tracer for Spans {
    fn begin(&self, step: Step<'_>, cause: &str) -> Span {
        let Some(parent) = parent(cause) else { return Span::none() };
        let kind = match step.kind {
            StepKind::Produces => "producer",
            StepKind::Consumes => "consumer",
            StepKind::Sends => "client",
        };
        let trace_id = parent.span().span_context().trace_id();
        let span = info_span!(target: STEPS, "step", otel.name = step.name, otel.kind = kind, %trace_id);
        if span.set_parent(parent).is_err() {
            return Span::none();
        }
        for (name, value) in step.facts {
            span.set_attribute(*name, (*value).to_owned());
        }
        span
    }

    fn link(&self, step: &Span, other: &str) {
        if let Some(other) = parent(other) {
            step.add_link(other.span().span_context().clone());
        }
    }

    fn cause_of(&self, step: &Span) -> Option<String> {
        let context = step.context();
        traceparent(context.span().span_context())
    }

    fn fail(&self, step: &Span) {
        // Why stands in the log: what is wrong with an event may quote what is in it.
        step.set_status(Status::error(""));
    }
}

/// As W3C writes it. What nobody records leads to nothing that anybody would: it does not travel.
fn traceparent(of: &SpanContext) -> Option<String> {
    let is_wanted = of.is_valid() && of.is_sampled();
    is_wanted.then(|| format!("00-{}-{}-01", of.trace_id(), of.span_id()))
}

/// A `traceparent` as long as W3C wants it, version 00: the library takes shorter ids, too.
const TRACEPARENT_LENGTH: usize = 55;

/// What a `traceparent` names; none where it is garbled.
fn parent(cause: &str) -> Option<Context> {
    if cause.len() != TRACEPARENT_LENGTH {
        return None;
    }
    let headers = HashMap::from([("traceparent".to_owned(), cause.to_owned())]);
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &headers);
    context.span().span_context().is_valid().then_some(context)
}

/// A request that is answered, the first step of its trace: no header of a visitor says what becomes of it.
pub struct RequestStep(Span);

impl RequestStep {
    /// Nothing where nobody collects traces.
    pub fn begin(method: &'static str, request_id: &str) -> Self {
        if !is_traced() {
            return Self(Span::none());
        }
        let span = info_span!(target: STEPS, "step",
            otel.name = method, otel.kind = "server", trace_id = field::Empty);
        let context = {
            span.set_attribute("http.request.method", method);
            span.set_attribute("shop.request.id", request_id.to_owned());
            span.context()
        };
        if context.span().span_context().is_sampled() {
            span.record("trace_id", field::display(context.span().span_context().trace_id()));
        }
        Self(span)
    }

    pub const fn span(&self) -> &Span {
        &self.0
    }

    /// It is answered, by the route of this pattern.
    pub fn end(&self, method: &str, route: &str, status: StatusCode) {
        if self.0.is_none() {
            return;
        }
        self.0.context().span().update_name(format!("{method} {route}"));
        self.0.set_attribute("http.route", route.to_owned());
        self.0.set_attribute("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            self.0.set_status(Status::error(""));
        }
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanId, TraceFlags, TraceId, TraceState};

    use super::*;

    fn context(flags: TraceFlags) -> SpanContext {
        SpanContext::new(TraceId::from(7_u128), SpanId::from(9_u64), flags, true, TraceState::default())
    }

    #[test]
    fn a_cause_is_read_as_it_was_written_and_travels_only_where_it_is_recorded() {
        let written = traceparent(&context(TraceFlags::SAMPLED)).unwrap();
        assert_eq!(written, "00-00000000000000000000000000000007-0000000000000009-01");
        let read = parent(&written).unwrap();
        assert_eq!(*read.span().span_context(), context(TraceFlags::SAMPLED));
        assert_eq!(traceparent(&context(TraceFlags::default())), None);
        assert_eq!(traceparent(&SpanContext::empty_context()), None);
    }

    #[test]
    fn what_is_no_cause_begins_nothing() {
        let long = "0".repeat(10_000);
        for garbled in ["", "00-7-9-01", "00-00000000000000000000000000000000-0000000000000009-01", "täglich", &long] {
            assert!(parent(garbled).is_none(), "{garbled}");
        }
    }

    #[test]
    fn each_sampler_decides_by_its_share_and_a_parent_based_one_by_its_cause_first() {
        assert_eq!(format!("{:?}", sampler(Sampling { share: 0.5, follows_cause: false })), "TraceIdRatioBased(0.5)");
        let follows = format!("{:?}", sampler(Sampling { share: 0.0, follows_cause: true }));
        assert!(follows.starts_with("ParentBased(") && follows.contains("TraceIdRatioBased(0.0)"), "{follows}");
    }
}
