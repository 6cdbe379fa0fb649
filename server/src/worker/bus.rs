//! What carries events from the outbox to those who consume them: Kafka, or this very process.

use std::ops::RangeInclusive;
use std::time::Duration;

use shop::domain::Envelope;
use shop::infrastructure::kafka::KafkaPublisher;
use shop::infrastructure::postgres::PgStore;
use shop::usecase::{BoxFuture, Bus, Delivery, Embedded};
use tokio::time::sleep;

/// Of the embedded relay, as `linger.ms` is of Kafka's producer: a moment for more to come, before the next round is read. A round
/// costs the database nearly the same whether it carries two events or eight. A lone order waits for nothing, since its events come one
/// at a time, and what comes in crowds is many already. A round has had its effect before: only what it caused waits, and of two orders
/// that come at once each is decided on five milliseconds later, of which nobody takes notice.
const LINGER: Duration = Duration::from_millis(5);
const WORTH_LINGERING: RangeInclusive<usize> = 2..=8;

pub enum Carrier {
    Kafka(Box<KafkaPublisher>),
    Embedded(Embedded<PgStore>),
}

impl Bus for Carrier {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>> {
        match self {
            Self::Kafka(publisher) => Bus::publish(publisher.as_ref(), envelopes),
            Self::Embedded(process) => Box::pin(async move {
                let deliveries = process.publish(envelopes).await;
                if WORTH_LINGERING.contains(&envelopes.len()) {
                    sleep(LINGER).await;
                }
                deliveries
            }),
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
