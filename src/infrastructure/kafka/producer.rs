//! Publishing: a batch in its order, and for each envelope whether the broker acknowledged it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use futures::future::join_all;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::future_producer::DeliveryFuture;
use rdkafka::producer::{FutureRecord, Producer};
use tokio::time::timeout;

use crate::domain::Envelope;
use crate::usecase::{BoxFuture, Bus};

use super::Kafka;
use super::context::{LoggingContext, Sender};
use super::message::headers_of;
use super::retire::Retiring;

/// How long a message may take before it counts as not delivered.
const DELIVERY: Duration = Duration::from_secs(10);

type Shared = Arc<Retiring<Sender>>;

pub struct KafkaPublisher {
    kafka: Kafka,
    /// Replaced when it has turned fatal, which an idempotent producer may after a broker was restarted.
    sender: Mutex<Shared>,
}

impl KafkaPublisher {
    /// # Errors
    /// For settings that Kafka does not accept. Whether a broker answers shows when something is published.
    pub fn new(kafka: Kafka) -> anyhow::Result<Self> {
        let sender = Mutex::new(sender(&kafka)?);
        Ok(Self { kafka, sender })
    }

    /// Publishes the envelopes in their order and answers which of them the broker has for certain. After the first
    /// failure for a key, later ones of that key do not count: they will be published again, behind it.
    pub async fn publish(&self, envelopes: &[Envelope]) -> Vec<bool> {
        let sender = Arc::clone(&self.sender.lock().unwrap_or_else(PoisonError::into_inner));
        let sent: Vec<_> = envelopes.iter().map(|envelope| self.enqueue(&sender, envelope)).collect();
        let outcomes = join_all(sent.into_iter().map(async |sent| match sent {
            // The limit is the library's; ours is for a library that does not keep it.
            Ok(delivery) => match timeout(DELIVERY + Duration::from_secs(2), delivery).await {
                Ok(Ok(Ok(_))) => Ok(()),
                Ok(Ok(Err((cause, _)))) => Err(cause),
                Ok(Err(_)) | Err(_) => Err(KafkaError::MessageProduction(RDKafkaErrorCode::MessageTimedOut)),
            },
            Err(cause) => Err(cause),
        }))
        .await;
        let mut failed = HashSet::new();
        let mut acked = Vec::with_capacity(envelopes.len());
        let mut first = None;
        for (envelope, outcome) in envelopes.iter().zip(outcomes) {
            let key = (envelope.topic.as_str(), envelope.key.as_str());
            if let Err(cause) = outcome {
                failed.insert(key);
                first.get_or_insert(cause);
            }
            acked.push(!failed.contains(&key));
        }
        if let Some(cause) = first {
            let missing = acked.iter().filter(|a| !**a).count();
            tracing::warn!(error = %cause, missing, of = envelopes.len(), "Kafka did not take every event");
        }
        self.rebuild_if_fatal(&sender);
        acked
    }

    fn enqueue(&self, sender: &Shared, envelope: &Envelope) -> Result<DeliveryFuture, KafkaError> {
        let topic = self.kafka.topic(&envelope.topic);
        let record =
            FutureRecord::to(&topic).key(&envelope.key).payload(&envelope.payload).headers(headers_of(envelope));
        sender.send_result(record).map_err(|(cause, _)| cause)
    }

    fn rebuild_if_fatal(&self, used: &Shared) {
        let Some((code, reason)) = used.client().fatal_error() else { return };
        tracing::error!(%code, reason, "the Kafka producer is beyond repair; another one takes its place");
        match sender(&self.kafka) {
            Ok(fresh) => {
                let mut current = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
                if Arc::ptr_eq(&current, used) {
                    *current = fresh;
                }
            }
            Err(cause) => tracing::error!(error = format!("{cause:#}"), "no new Kafka producer"),
        }
    }

    /// Waits for what is under way and lets the producer go, within `limit`.
    pub async fn close(self, limit: Duration) {
        let sender = self.sender.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = Arc::into_inner(sender) {
            let flushing = limit / 2;
            sender
                .retire(limit, move |producer| {
                    if let Err(cause) = producer.flush(flushing) {
                        tracing::warn!(error = %cause, "events were still on their way to Kafka; they will be sent again");
                    }
                })
                .await;
        }
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
    Ok(Arc::new(Retiring::new(producer)))
}

impl Bus for KafkaPublisher {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<bool>> {
        Box::pin(self.publish(envelopes))
    }
}
