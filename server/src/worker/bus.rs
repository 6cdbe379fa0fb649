//! What carries events from the outbox to those who consume them: Kafka, or this very process.

use std::time::Duration;

use shop::domain::Envelope;
use shop::infrastructure::kafka::KafkaPublisher;
use shop::infrastructure::postgres::PgStore;
use shop::usecase::{BoxFuture, Bus, Delivery, Embedded};

pub enum Carrier {
    Kafka(Box<KafkaPublisher>),
    Embedded(Embedded<PgStore>),
}

impl Bus for Carrier {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>> {
        match self {
            Self::Kafka(publisher) => Bus::publish(publisher.as_ref(), envelopes),
            Self::Embedded(process) => process.publish(envelopes),
        }
    }
}

impl Carrier {
    pub async fn close(self, limit: Duration) {
        match self {
            Self::Kafka(publisher) => publisher.close(limit).await,
            Self::Embedded(_) => {}
        }
    }
}
