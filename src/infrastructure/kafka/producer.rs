//! Publishing: each aggregate's events in their order, and for each what became of it.
//!
//! One event that cannot go is no reason to wait for the others: a topic is looked at before it is first written to, and
//! who has no answer after two seconds, while the broker answers others, is left to the library and tried again later.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use rdkafka::error::{KafkaError, RDKafkaErrorCode as Code};
use rdkafka::producer::future_producer::DeliveryFuture;
use rdkafka::producer::{FutureRecord, Producer};
use tokio::time::timeout;

use crate::domain::Envelope;
use crate::usecase::{BoxFuture, Bus, Delivery};

use super::Kafka;
use super::context::{LoggingContext, Sender};
use super::drop_aside::DropAside;
use super::message::{body_of, headers_of};
use super::replaceable::Replaceable;

/// How long a message may take before the library gives it up.
const DELIVERY: Duration = Duration::from_secs(10);
/// How long the others wait for it.
const PATIENCE: Duration = Duration::from_secs(2);

type Shared = Arc<DropAside<Sender>>;

pub struct KafkaPublisher {
    kafka: Kafka,
    /// Replaced when it has turned fatal, which an idempotent producer may after a broker was restarted.
    sender: Replaceable<DropAside<Sender>>,
    /// The topics that were there when they were last looked at.
    topics: Mutex<HashSet<String>>,
}

impl KafkaPublisher {
    /// # Errors
    /// For settings that Kafka does not accept. Whether a broker answers shows when something is published.
    pub fn new(kafka: Kafka) -> anyhow::Result<Self> {
        let sender = Replaceable::new(sender(&kafka)?);
        Ok(Self { kafka, sender, topics: Mutex::default() })
    }

    /// Publishes the envelopes. Of each aggregate one is under way at a time, so that none overtakes one that fails.
    pub async fn publish(&self, envelopes: &[Envelope]) -> Vec<Delivery> {
        let sender = self.sender.now();
        let mut deliveries = vec![Delivery::Unreachable; envelopes.len()];
        if let Some(missing) = self.missing_topics(&sender, envelopes).await {
            let mut rest: Vec<usize> = (0..envelopes.len()).collect();
            let mut failed = HashSet::new();
            while !rest.is_empty() {
                let mut keys = HashSet::new();
                let (wave, later): (Vec<_>, Vec<_>) =
                    rest.into_iter().partition(|at| keys.insert(envelopes[*at].ordering_key()));
                rest = later;
                let mut sent = Vec::new();
                for at in wave {
                    let envelope = &envelopes[at];
                    deliveries[at] = match missing.get(&envelope.topic) {
                        _ if failed.contains(&envelope.ordering_key()) => Delivery::Behind,
                        Some(reason) => Delivery::failed(reason),
                        None => {
                            sent.push((at, self.enqueue(&sender, envelope)));
                            continue;
                        }
                    };
                    failed.insert(envelope.ordering_key());
                }
                for (at, outcome) in self.settle(&sender, sent, envelopes).await {
                    if outcome != Delivery::Arrived {
                        failed.insert(envelopes[at].ordering_key());
                        lock(&self.topics).remove(&envelopes[at].topic);
                    }
                    deliveries[at] = outcome;
                }
            }
        }
        self.rebuild_if_fatal(&sender);
        deliveries
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

    /// Waits for the answers: two seconds, and as long as the library tries when no broker answers at all.
    async fn settle(
        &self,
        sender: &Shared,
        sent: Vec<(usize, Result<DeliveryFuture, KafkaError>)>,
        envelopes: &[Envelope],
    ) -> Vec<(usize, Delivery)> {
        let mut settled = Vec::with_capacity(sent.len());
        let mut waiting: FuturesUnordered<_> = FuturesUnordered::new();
        let mut pending = BTreeSet::new();
        for (at, sent) in sent {
            match sent {
                Ok(delivery) => {
                    pending.insert(at);
                    waiting.push(async move { (at, delivery.await) });
                }
                Err(cause) => settled.push((at, delivery_of(&cause))),
            }
        }
        let mut collect = async |settled: &mut Vec<_>, pending: &mut BTreeSet<_>| {
            while let Some((at, answer)) = waiting.next().await {
                pending.remove(&at);
                settled.push((
                    at,
                    match answer {
                        Ok(Ok(_)) => Delivery::Arrived,
                        Ok(Err((cause, _))) => delivery_of(&cause),
                        Err(_) => Delivery::Unreachable,
                    },
                ));
            }
        };
        if timeout(PATIENCE, collect(&mut settled, &mut pending)).await.is_err()
            && let Some(first) = pending.first()
            && self.look_at(sender, &envelopes[*first].topic).await.is_err()
        {
            // The limit is the library's; ours is for a library that does not keep it.
            let _ = timeout(DELIVERY, collect(&mut settled, &mut pending)).await;
            settled.extend(std::mem::take(&mut pending).into_iter().map(|at| (at, Delivery::Unreachable)));
        }
        let unanswered = || Delivery::Failed {
            reason: format!("the broker did not acknowledge it within {} s", PATIENCE.as_secs()),
            settles: DELIVERY,
        };
        settled.extend(pending.into_iter().map(|at| (at, unanswered())));
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
