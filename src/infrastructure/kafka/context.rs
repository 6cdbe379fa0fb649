//! What Kafka clients tell of themselves. While a broker is away they say so several times a second, each of them; the
//! log hears it twice a minute.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{ConsumerContext, StreamConsumer};
use rdkafka::error::KafkaError;
use rdkafka::producer::FutureProducer;

pub(super) type Reader = StreamConsumer<LoggingContext>;
pub(super) type Sender = FutureProducer<LoggingContext>;

const BETWEEN: Duration = Duration::from_secs(30);

/// Each client has one of these.
pub(super) struct LoggingContext {
    who: &'static str,
    last: Mutex<Option<Instant>>,
}

impl LoggingContext {
    pub(super) const fn named(who: &'static str) -> Self {
        Self { who, last: Mutex::new(None) }
    }

    /// Most errors are news about a connection, which the library mends by itself.
    pub(super) fn note(&self, error: &KafkaError, reason: &str) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|at| at.elapsed() > BETWEEN) {
            *last = Some(Instant::now());
            tracing::warn!(client = self.who, %error, reason, "Kafka is in trouble");
        } else {
            tracing::debug!(client = self.who, %error, reason, "Kafka is still in trouble");
        }
    }
}

impl ClientContext for LoggingContext {
    fn log(&self, level: RDKafkaLogLevel, kind: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => {
                tracing::error!(client = self.who, kind, message, "Kafka");
            }
            _ => tracing::debug!(client = self.who, kind, message, "Kafka"),
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.note(&error, reason);
    }
}

impl ConsumerContext for LoggingContext {}
