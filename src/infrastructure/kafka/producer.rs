//! Publishing: each aggregate's events in their order, and for each what became of it.
//!
//! One event that cannot go is no reason to wait for the others: a topic is looked at before it is first written to, and
//! who has no answer after two seconds, while the broker answers others, is left to the library (`InFlight`). Whoever offers it
//! again is told what became of it: the library finds another leader by itself, and sends it as soon as there is one.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Poll};
use std::time::Duration;

use anyhow::Context;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::producer::future_producer::DeliveryFuture;
use rdkafka::producer::{FutureRecord, Producer};
use tokio::time::{Instant, timeout};

use crate::domain::Envelope;
use crate::usecase::{BoxFuture, Bus, Delivery};

use super::Kafka;
use super::context::{LoggingContext, Sender};
use super::drop_aside::DropAside;
use super::in_flight::{Asked, InFlight};
use super::message::{body_of, headers_of};
use super::replaceable::Replaceable;

/// How long a message may take before the library gives it up. Nobody waits for it; and until others have taken over from a broker
/// that died it is seconds, more where they have much to do.
const DELIVERY: Duration = Duration::from_secs(30);
/// How long a round waits for a message while brokers answer others.
const PATIENCE: Duration = Duration::from_secs(2);
/// And how long once somebody was waited for in vain: more than a slow network takes.
const SHORT_PATIENCE: Duration = Duration::from_millis(500);
/// How long it waits where no broker answers at all.
const OUTAGE: Duration = Duration::from_secs(10);

type Shared = Arc<DropAside<Sender>>;
type Answer = <DeliveryFuture as Future>::Output;

/// The event at this place of a round, which the library has.
struct Sent {
    at: usize,
    answer: DeliveryFuture,
}

impl Future for Sent {
    type Output = (usize, Answer);

    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<Self::Output> {
        let at = self.at;
        self.answer.poll_unpin(context).map(|answer| (at, answer))
    }
}

pub struct KafkaPublisher {
    kafka: Kafka,
    /// Replaced when it has turned fatal, which an idempotent producer may after a broker was restarted.
    sender: Replaceable<DropAside<Sender>>,
    /// The topics that were there when they were last looked at.
    topics: Mutex<HashSet<String>>,
    in_flight: Mutex<InFlight<DeliveryFuture>>,
}

impl KafkaPublisher {
    /// # Errors
    /// For settings that Kafka does not accept. Whether a broker answers shows when something is published.
    pub fn new(kafka: Kafka) -> anyhow::Result<Self> {
        let sender = Replaceable::new(sender(&kafka)?);
        Ok(Self { kafka, sender, topics: Mutex::default(), in_flight: Mutex::new(InFlight::new()) })
    }

    /// Publishes the envelopes. Of each aggregate one is under way at a time, so that none overtakes one that fails.
    pub async fn publish(&self, envelopes: &[Envelope]) -> Vec<Delivery> {
        let sender = self.sender.now();
        let mut deliveries = vec![Delivery::Unreachable; envelopes.len()];
        if let Some(missing) = self.missing_topics(&sender, envelopes).await {
            let is_slow = lock(&self.in_flight).is_any_older_than(PATIENCE);
            let mut patience = if is_slow { SHORT_PATIENCE } else { PATIENCE };
            let mut rest: Vec<usize> = (0..envelopes.len()).collect();
            let mut failed = HashSet::new();
            while !rest.is_empty() {
                let mut keys = HashSet::new();
                let (wave, later): (Vec<_>, Vec<_>) =
                    rest.into_iter().partition(|at| keys.insert(envelopes[*at].ordering_key()));
                rest = later;
                let mut settled = Vec::with_capacity(wave.len());
                let mut sent = Vec::new();
                for at in wave {
                    let envelope = &envelopes[at];
                    match missing.get(&envelope.topic) {
                        _ if failed.contains(&envelope.ordering_key()) => settled.push((at, Delivery::Behind)),
                        Some(reason) => settled.push((at, Delivery::failed(reason))),
                        None => match self.hand_over(&sender, envelope) {
                            Ok(answer) => sent.push(Sent { at, answer }),
                            Err(delivery) => settled.push((at, delivery)),
                        },
                    }
                }
                settled.extend(self.settle(&sender, sent, envelopes, &mut patience).await);
                for (at, delivery) in settled {
                    if delivery != Delivery::Arrived {
                        failed.insert(envelopes[at].ordering_key());
                    }
                    deliveries[at] = delivery;
                }
            }
        }
        self.doubt_topics(envelopes, &deliveries);
        self.rebuild_if_fatal(&sender);
        deliveries
    }

    /// Gives an event to the library, which will answer. Or what became of it, where it is on its way already; what the library
    /// has given up, for want of a broker that takes it, goes again.
    fn hand_over(&self, sender: &Shared, envelope: &Envelope) -> Result<DeliveryFuture, Delivery> {
        let asked = lock(&self.in_flight).ask(envelope.id);
        match asked {
            Asked::Waits => return Err(Delivery::InFlight { is_new: false }),
            Asked::Answered(answer) => match delivery_of_answer(answer) {
                Delivery::Unreachable => {}
                delivery => return Err(delivery),
            },
            Asked::NotSent => {}
        }
        self.enqueue(sender, envelope).map_err(|cause| delivery_of(&cause))
    }

    /// Whether a topic that did not take an event is still there is looked at anew.
    fn doubt_topics(&self, envelopes: &[Envelope], deliveries: &[Delivery]) {
        for (envelope, delivery) in envelopes.iter().zip(deliveries) {
            if matches!(delivery, Delivery::Failed { .. } | Delivery::Unreachable) {
                lock(&self.topics).remove(&envelope.topic);
            }
        }
    }

    /// Which of the topics cannot be written to, and why. Nothing when no broker answers.
    async fn missing_topics(&self, sender: &Shared, envelopes: &[Envelope]) -> Option<HashMap<String, String>> {
        let unseen: BTreeSet<String> = {
            let seen = lock(&self.topics);
            envelopes.iter().map(|e| &e.topic).filter(|topic| !seen.contains(*topic)).cloned().collect()
        };
        let mut missing = HashMap::new();
        for topic in unseen {
            match self.look_at(sender, &topic).await {
                Ok(None) => {
                    lock(&self.topics).insert(topic);
                }
                Ok(Some(reason)) => {
                    missing.insert(topic, reason);
                }
                Err(cause) => {
                    tracing::warn!(error = %cause, "no Kafka broker answers");
                    return None;
                }
            }
        }
        Some(missing)
    }

    /// What is wrong with a topic. The call blocks, so it has a thread.
    async fn look_at(&self, sender: &Shared, topic: &str) -> Result<Option<String>, KafkaError> {
        let (sender, name) = (Arc::clone(sender), self.kafka.topic(topic));
        let look = move || {
            let metadata = sender.client().fetch_metadata(Some(&name), PATIENCE)?;
            let found = metadata.topics().iter().find(|topic| topic.name() == name);
            Ok(match found.map(rdkafka::metadata::MetadataTopic::error) {
                Some(None) => None,
                Some(Some(code)) => Some(format!("topic {name}: {}", Code::from(code))),
                None => Some(format!("topic {name}: not there")),
            })
        };
        tokio::task::spawn_blocking(look).await.unwrap_or(Err(KafkaError::Canceled))
    }

    /// Waits for the answers with this patience, and longer when no broker answers at all: there is nothing else to do.
    async fn settle(
        &self,
        sender: &Shared,
        sent: Vec<Sent>,
        envelopes: &[Envelope],
        patience: &mut Duration,
    ) -> Vec<(usize, Delivery)> {
        let since = Instant::now();
        let mut waiting: FuturesUnordered<Sent> = sent.into_iter().collect();
        let mut settled = collect(&mut waiting, *patience).await;
        let Some(first) = waiting.iter().map(|sent| sent.at).min() else { return settled };
        *patience = SHORT_PATIENCE;
        let is_any_heard = settled.iter().any(|(_, delivery)| *delivery == Delivery::Arrived);
        let mut delivery = Delivery::InFlight { is_new: true };
        if !is_any_heard && self.look_at(sender, &envelopes[first].topic).await.is_err() {
            settled.extend(collect(&mut waiting, OUTAGE).await);
            delivery = Delivery::Unreachable;
        }
        let mut in_flight = lock(&self.in_flight);
        for Sent { at, answer } in waiting {
            in_flight.keep(envelopes[at].id, since, answer);
            settled.push((at, delivery.clone()));
        }
        settled
    }

    fn enqueue(&self, sender: &Shared, envelope: &Envelope) -> Result<DeliveryFuture, KafkaError> {
        let topic = self.kafka.topic(&envelope.topic);
        let (body, cut) = body_of(envelope);
        let record = FutureRecord::to(&topic).key(&envelope.key).payload(body).headers(headers_of(envelope, cut));
        sender.send_result(record).map_err(|(cause, _)| cause)
    }

    fn rebuild_if_fatal(&self, used: &Shared) {
        let Some((code, reason)) = used.client().fatal_error() else { return };
        tracing::error!(%code, reason, "the Kafka producer is beyond repair; another one takes its place");
        match sender(&self.kafka) {
            Ok(fresh) => {
                self.sender.replace(used, fresh);
            }
            Err(cause) => tracing::error!(error = format!("{cause:#}"), "no new Kafka producer"),
        }
    }

    /// Waits for what is under way and lets the producer go, within `limit`.
    pub async fn close(self, limit: Duration) {
        if let Some(sender) = Arc::into_inner(self.sender.into_inner()) {
            let flushing = limit / 2;
            sender
                .drop_within(limit, move |producer| {
                    if let Err(cause) = producer.flush(flushing) {
                        tracing::warn!(error = %cause, "events were still on their way to Kafka; they will be sent again");
                    }
                })
                .await;
        }
    }
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is answered within the limit; the others wait on.
async fn collect(waiting: &mut FuturesUnordered<Sent>, limit: Duration) -> Vec<(usize, Delivery)> {
    let mut answered = Vec::new();
    let all = async {
        while let Some((at, answer)) = waiting.next().await {
            answered.push((at, delivery_of_answer(answer)));
        }
    };
    let _ = timeout(limit, all).await;
    answered
}

fn delivery_of_answer(answer: Answer) -> Delivery {
    match answer {
        Ok(Ok(_)) => Delivery::Arrived,
        Ok(Err((cause, _))) => delivery_of(&cause),
        // Its producer is gone.
        Err(_) => Delivery::Unreachable,
    }
}

/// Whether an error is about this event, or about the way to the broker.
fn delivery_of(cause: &KafkaError) -> Delivery {
    match cause {
        KafkaError::MessageProduction(
            Code::MessageTimedOut
            | Code::QueueFull
            | Code::Fatal
            | Code::BrokerTransportFailure
            | Code::AllBrokersDown
            | Code::BrokerDestroy
            | Code::PurgeQueue
            | Code::PurgeInflight
            | Code::Authentication
            | Code::ClusterAuthorizationFailed
            | Code::RequestTimedOut
            // The producer and the broker have lost count: a new producer begins anew.
            | Code::OutOfOrderSequenceNumber
            | Code::UnknownProducerId
            | Code::InvalidProducerEpoch,
        ) => Delivery::Unreachable,
        cause => Delivery::failed(cause.to_string()),
    }
}

fn sender(kafka: &Kafka) -> anyhow::Result<Shared> {
    let producer: Sender = kafka
        .client()
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("linger.ms", "1")
        .set("delivery.timeout.ms", DELIVERY.as_millis().to_string())
        // A broker that stands still is hung up on by then, and whoever leads after it is looked for; one that waits for its copies
        // says so before.
        .set("request.timeout.ms", "10000")
        .set("socket.timeout.ms", "12000")
        // Who leads is seen within this time where nobody has hung up.
        .set("topic.metadata.refresh.interval.ms", "10000")
        .set("queue.buffering.max.messages", "10000")
        .set("queue.buffering.max.kbytes", "16384")
        // As the Java clients choose, so that everybody's events of a key share a partition.
        .set("partitioner", "murmur2_random")
        .create_with_context(LoggingContext::named("producer"))
        .context("the Kafka producer")?;
    Ok(Arc::new(DropAside::new(producer)))
}

impl Bus for KafkaPublisher {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>> {
        Box::pin(self.publish(envelopes))
    }
}
