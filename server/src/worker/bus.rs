//! What carries events from the outbox to those who consume them: Kafka, or this very process.

use std::time::Duration;

use shop::domain::Envelope;
use shop::infrastructure::kafka::KafkaPublisher;
use shop::usecase::{Consumer, Shop, Store};

pub enum Bus<S> {
    Kafka(KafkaPublisher),
    /// Hands each event to every group that listens, at once. Durable all the same: the outbox is.
    Embedded(Shop<S>),
}

impl<S: Store> Bus<S> {
    /// Publishes the envelopes in their order and answers for each whether it may be marked as published.
    pub async fn publish(&self, envelopes: &[Envelope]) -> Vec<bool> {
        match self {
            Self::Kafka(publisher) => publisher.publish(envelopes).await,
            Self::Embedded(shop) => deliver(shop, envelopes).await,
        }
    }

    pub async fn close(self, limit: Duration) {
        match self {
            Self::Kafka(publisher) => publisher.close(limit).await,
            Self::Embedded(_) => {}
        }
    }
}

/// Every group gets its share of the batch in one piece. An event is done with when all its groups are; a group that
/// failed gets it again, the others know it by then. Dead letters go nowhere: they stay in the outbox to be looked at.
async fn deliver<S: Store>(shop: &Shop<S>, envelopes: &[Envelope]) -> Vec<bool> {
    let mut acked = vec![true; envelopes.len()];
    for group in Consumer::ALL {
        let (places, batch): (Vec<_>, Vec<_>) = envelopes
            .iter()
            .enumerate()
            .filter(|(_, envelope)| group.topics().contains(&envelope.topic.as_str()))
            .map(|(place, envelope)| (place, envelope.clone()))
            .unzip();
        if batch.is_empty() {
            continue;
        }
        if let Err(cause) = shop.consume(group, &batch).await {
            let cause = format!("{:#}", anyhow::Error::from(cause));
            tracing::warn!(group = group.group(), events = batch.len(), error = cause, "events wait to be consumed");
            for place in places {
                if let Some(acked) = acked.get_mut(place) {
                    *acked = false;
                }
            }
        }
    }
    acked
}
