//! The relay: from the outbox to whoever carries the events, in order, and marked only when they have arrived.
//!
//! Exactly one may run at a time; whoever calls this holds the lock that says so.

use crate::domain::{Consumer, Envelope};

use super::{BoxFuture, Result, Shop, Store};

/// What carries events to their consumers.
pub trait Bus: Send + Sync {
    /// Publishes the envelopes in their order and answers for each whether it has arrived for certain. After one that has
    /// not, later ones with the same topic and key do not count.
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<bool>>;
}

/// How a round of the relay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relayed {
    /// Nothing was waiting.
    Idle,
    /// So many arrived; there may be more.
    Published(usize),
    /// So many arrived and so many did not: wait a little before trying again.
    Stuck { published: usize, left: usize },
}

impl<S: Store> Shop<S> {
    /// One round: the oldest `most` events that nobody has acknowledged are published, and marked if they arrived.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`: what arrived and was not marked is published again, and has no second effect.
    pub async fn relay(&self, bus: &dyn Bus, most: u32) -> Result<Relayed> {
        let (positions, envelopes): (Vec<i64>, Vec<Envelope>) =
            self.store().unpublished_events(most).await?.into_iter().unzip();
        if envelopes.is_empty() {
            return Ok(Relayed::Idle);
        }
        let arrived = bus.publish(&envelopes).await;
        let done: Vec<i64> = positions.into_iter().zip(&arrived).filter(|(_, ok)| **ok).map(|(at, _)| at).collect();
        if !done.is_empty() {
            self.store().mark_published(&done, self.now()).await?;
        }
        let (published, left) = (done.len(), envelopes.len() - done.len());
        Ok(if left == 0 { Relayed::Published(published) } else { Relayed::Stuck { published, left } })
    }
}

/// Delivery within the process: the default, and as durable as the outbox is. Each consumer gets its share of a round in
/// one batch, in order; what the round adds to the outbox goes in the next.
pub struct Embedded<S> {
    shop: Shop<S>,
}

impl<S: Store> Embedded<S> {
    pub const fn new(shop: Shop<S>) -> Self {
        Self { shop }
    }

    async fn deliver(&self, envelopes: &[Envelope]) -> Vec<bool> {
        let mut arrived = vec![true; envelopes.len()];
        for consumer in Consumer::ALL {
            let share = |e: &Envelope| consumer.consumes(&e.topic);
            let batch: Vec<_> = envelopes.iter().filter(|e| share(e)).cloned().collect();
            if batch.is_empty() {
                continue;
            }
            if let Err(error) = self.shop.consume(consumer, &batch).await {
                tracing::warn!(group = consumer.group(), error = ?error, "events wait for their consumer");
                for (ok, envelope) in arrived.iter_mut().zip(envelopes) {
                    *ok &= !share(envelope);
                }
            }
        }
        arrived
    }
}

impl<S: Store> Bus for Embedded<S> {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<bool>> {
        Box::pin(self.deliver(envelopes))
    }
}
