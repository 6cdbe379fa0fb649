//! Apache Kafka: the same envelopes from the same outbox, carried between processes.
//!
//! An event travels as a CloudEvent 1.0 in binary mode: the envelope in headers, the payload as JSON, the aggregate's
//! id as key. Nothing here decides anything about an event; that is `usecase::Shop::consume`.

mod check;
mod consumer;
mod context;
mod drop_aside;
#[cfg(test)]
mod fault_tests;
mod handler;
mod held;
mod in_flight;
mod lag_board;
mod message;
mod offsets;
mod producer;
mod replaceable;
mod security;
mod topics;
mod watchdog;

use rdkafka::ClientConfig;
use rdkafka::config::RDKafkaLogLevel;

use crate::domain::Consumer;

pub use check::count_brokers;
pub use consumer::{AfterEffect, KafkaConsumer, Progress};
pub use lag_board::LagBoard;
pub use producer::KafkaPublisher;
pub use security::{ClientCertificate, Mechanism, Protocol, Sasl, Security};
pub use topics::create_topics;

/// Where the brokers are, and how this shop's topics and groups are told from another's there.
#[derive(Debug, Clone)]
pub struct Kafka {
    /// `host:port`, several with commas.
    pub brokers: String,
    /// Put before every topic and group, so that several shops (or test runs) share a broker. Usually empty.
    pub prefix: String,
    /// This process's name in its consumer groups, if it was given one.
    pub instance: Option<String>,
    pub partitions: i32,
    pub replication: i32,
    pub security: Security,
}

impl Kafka {
    pub fn new(brokers: impl Into<String>) -> Self {
        Self {
            brokers: brokers.into(),
            prefix: String::new(),
            instance: None,
            partitions: 6,
            replication: 1,
            security: Security::default(),
        }
    }

    /// The topic as the broker knows it.
    pub fn topic(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The consumer group as the broker knows it.
    pub fn group(&self, consumer: Consumer) -> String {
        format!("{}{}", self.prefix, consumer.group())
    }

    fn name_of<'a>(&self, topic: &'a str) -> &'a str {
        topic.strip_prefix(self.prefix.as_str()).unwrap_or(topic)
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config
            .set("bootstrap.servers", &self.brokers)
            .set("client.id", "small-ecommerce")
            .set("allow.auto.create.topics", "false")
            .set("socket.keepalive.enable", "true")
            .set("log.connection.close", "false")
            .set("reconnect.backoff.max.ms", "2000");
        self.security.apply(&mut config);
        config.set_log_level(RDKafkaLogLevel::Warning);
        config
    }
}
