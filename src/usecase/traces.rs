//! Traces: the steps that one click has caused, in whatever process they ran. The core knows no exporter: it says where a step
//! begins and what its cause is, and whoever collects them (`server/src/telemetry`) is told. Where nobody does, a step is nothing.
//!
//! A cause is W3C's `traceparent`, which names a step and nothing of what it did. It travels in a header of an event, beside a
//! mail that is queued, and beside an attempt to pay, whose end is told by whoever hears of it first. What a step is told to have
//! done are names and ids of the shop, never a word of a visitor.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use tracing::{Instrument, Span};

use crate::domain::{Consumer, Envelope, EventId, MailId, OrderId, PaymentId};

/// The header of an event that names the step which caused it.
const TRACEPARENT: &str = "traceparent";

/// What a step is to others of its trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// Hands an event on.
    Produces,
    /// Lets an event have its effect.
    Consumes,
    /// Tells somebody outside.
    Sends,
}

/// What is told of a step when it begins.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    pub kind: StepKind,
    /// One of few: `publish order.created`.
    pub name: &'a str,
    pub facts: &'a [(&'static str, &'a str)],
}

/// Who collects traces.
pub trait Tracer: Send + Sync {
    /// Begins a step with this cause; it ends when the span is dropped. A span that is none where nobody wants it, or the cause
    /// is garbled: it may have come from anybody.
    fn begin(&self, step: Step<'_>, cause: &str) -> Span;

    /// The step has to do with this other one, too, which is not its cause; nothing where that is garbled.
    fn link(&self, step: &Span, other: &str);

    /// The cause of what this step does; none where nobody wants to know.
    fn cause_of(&self, step: &Span) -> Option<String>;

    /// The step did not do what it was to do.
    fn fail(&self, step: &Span);
}

static TRACER: OnceLock<Box<dyn Tracer>> = OnceLock::new();

/// From here on, the steps of this process are told. The first one stays.
pub fn trace_with(tracer: Box<dyn Tracer>) {
    let _ = TRACER.set(tracer);
}

/// Whether anybody collects traces of this process.
pub fn is_traced() -> bool {
    TRACER.get().is_some()
}

/// What the events of a batch are the cause of.
#[derive(Debug)]
struct Cause {
    event: EventId,
    key: String,
    traceparent: String,
}

tokio::task_local! {
    /// Of the batch that this task consumes: several traces meet there.
    static CAUSES: Arc<[Cause]>;
}

/// The cause of what this task does for one event, and for no event in the span that it is in.
fn cause(is_it: impl Fn(&Cause) -> bool) -> Option<String> {
    let tracer = TRACER.get()?;
    cause_in_batch(is_it).or_else(|| tracer.cause_of(&Span::current()))
}

fn cause_in_batch(is_it: impl Fn(&Cause) -> bool) -> Option<String> {
    CAUSES.try_with(|causes| causes.iter().find(|cause| is_it(cause)).map(|cause| cause.traceparent.clone())).ok()?
}

/// The headers of an event of this aggregate that is caused now.
pub(super) fn headers_of_cause(key: &str) -> Vec<(String, String)> {
    cause(|cause| cause.key == key).map(|traceparent| (TRACEPARENT.to_owned(), traceparent)).into_iter().collect()
}

/// What a mail is caused by that is queued now, because of this event or of nothing but what is done.
pub(super) fn cause_of_mail(event: EventId) -> Option<String> {
    cause(|cause| cause.event == event)
}

/// The cause of what is done now, for no event.
pub(super) fn cause_of_now() -> Option<String> {
    cause(|_| false)
}

/// The step in which an attempt to pay has its end: of the trace in which it began, with a link to whatever heard of it. One that
/// nobody has seen begin is of the trace in which it was heard of.
pub(super) fn payment_step(payment: PaymentId, order: OrderId, began: Option<&str>, heard: Option<&str>) -> Span {
    let Some((tracer, cause)) = TRACER.get().zip(began.or(heard)) else { return Span::none() };
    let (payment, order) = (payment.to_string(), order.to_string());
    let facts = [("shop.payment.id", payment.as_str()), ("shop.order.id", &order)];
    let step = tracer.begin(Step { kind: StepKind::Consumes, name: "settle payment", facts: &facts }, cause);
    if let (Some(_), Some(heard)) = (began, heard) {
        tracer.link(&step, heard);
    }
    step
}

/// The step in which a mail of this kind goes out.
pub fn mail_step(kind: &str, id: MailId, cause: Option<&str>) -> Span {
    let Some((tracer, cause)) = TRACER.get().zip(cause) else { return Span::none() };
    let id = id.to_string();
    let name = format!("send mail {kind}");
    tracer.begin(Step { kind: StepKind::Sends, name: &name, facts: &[("shop.mail.id", &id)] }, cause)
}

/// The step did not do what it was to do.
pub fn fail_step(step: &Span) {
    if let Some(tracer) = TRACER.get() {
        tracer.fail(step);
    }
}

/// The steps of a batch of events, one for each that has a cause. They end together, with this.
#[derive(Default)]
pub(super) struct Steps(Vec<(EventId, String, Span)>);

impl Steps {
    /// Events are handed on: what happens to them now has this step as its cause.
    pub(super) fn publishing(envelopes: &mut [Envelope]) -> Self {
        let Some(tracer) = TRACER.get() else { return Self::default() };
        let mut steps = Self::default();
        for envelope in envelopes {
            let name = format!("publish {}", envelope.topic);
            let step = begin(tracer.as_ref(), StepKind::Produces, &name, envelope, None);
            let cause = step.as_ref().and_then(|step| tracer.cause_of(step));
            let header = envelope.headers.iter_mut().find(|(name, _)| name == TRACEPARENT);
            if let (Some(cause), Some((_, value))) = (cause, header) {
                *value = cause;
            }
            steps.0.extend(step.map(|step| (envelope.id, envelope.key.clone(), step)));
        }
        steps
    }

    /// Events have their effect for one group.
    pub(super) fn consuming(consumer: Consumer, envelopes: &[Envelope]) -> Self {
        let Some(tracer) = TRACER.get() else { return Self::default() };
        let step = |envelope: &Envelope| {
            let name = format!("process {}", envelope.topic);
            let step = begin(tracer.as_ref(), StepKind::Consumes, &name, envelope, Some(consumer))?;
            Some((envelope.id, envelope.key.clone(), step))
        };
        Self(envelopes.iter().filter_map(step).collect())
    }

    /// Does what they consist in. Lines of the log bear the trace where there is one alone.
    pub(super) async fn around<T>(&self, work: impl Future<Output = T>) -> T {
        let only = match self.0.as_slice() {
            [] => return work.await,
            [(_, _, only)] => only.clone(),
            _ => Span::none(),
        };
        let tracer = TRACER.get();
        let cause = |(event, key, step): &(EventId, String, Span)| {
            let traceparent = tracer?.cause_of(step)?;
            Some(Cause { event: *event, key: key.clone(), traceparent })
        };
        let causes: Arc<[Cause]> = self.0.iter().filter_map(cause).collect();
        CAUSES.scope(causes, work).instrument(only).await
    }

    /// These did not do what they were to do.
    pub(super) fn fail(&self, is_it: impl Fn(EventId) -> bool) {
        self.0.iter().filter(|(event, _, _)| is_it(*event)).for_each(|(_, _, step)| fail_step(step));
    }
}

/// None for an event without a cause: nobody asked to see what it leads to.
fn begin(
    tracer: &dyn Tracer,
    kind: StepKind,
    name: &str,
    envelope: &Envelope,
    consumer: Option<Consumer>,
) -> Option<Span> {
    let (cause, id) = (envelope.header(TRACEPARENT)?, envelope.id.to_string());
    let facts = [
        ("messaging.message.id", id.as_str()),
        ("messaging.destination.name", &envelope.topic),
        ("messaging.consumer.group.name", consumer.map_or("", Consumer::group)),
    ];
    let facts = if consumer.is_some() { &facts[..] } else { &facts[..2] };
    Some(tracer.begin(Step { kind, name, facts }, cause)).filter(|step| !step.is_none())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn in_a_batch_of_several_traces_each_event_and_mail_has_its_own_cause() {
        let cause = |n: u128, key: &str| Cause {
            event: EventId(Uuid::from_u128(n)),
            key: key.to_owned(),
            traceparent: format!("the trace of {key}"),
        };
        let causes: Arc<[Cause]> = Arc::new([cause(1, "one order"), cause(2, "another")]);
        let asked = async {
            let of = |key: &str| cause_in_batch(|cause| cause.key == key);
            let mail = cause_in_batch(|cause| cause.event == EventId(Uuid::from_u128(2)));
            (of("one order"), of("another"), of("a third"), mail)
        };
        let (one, another, third, mail) = CAUSES.scope(causes, asked).await;
        assert_eq!(one.as_deref(), Some("the trace of one order"));
        assert_eq!((another.as_deref(), mail.as_deref()), (Some("the trace of another"), Some("the trace of another")));
        assert_eq!(third, None);
        assert_eq!(cause_in_batch(|_| true), None, "outside of a batch there is none");
    }

    #[test]
    fn where_nobody_collects_traces_an_event_and_a_mail_have_no_cause() {
        assert!(!is_traced() && headers_of_cause("an order").is_empty());
        assert_eq!((cause_of_mail(EventId(Uuid::from_u128(7))), cause_of_now()), (None, None));
        let (payment, order) = (PaymentId(Uuid::from_u128(7)), OrderId(Uuid::from_u128(8)));
        assert!(payment_step(payment, order, Some("one"), Some("another")).is_none());
    }
}
