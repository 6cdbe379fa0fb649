//! What a consumer does with what it reads: the shop's `consume`, for one group.

use std::collections::HashMap;

use crate::domain::{Consumer, Envelope, EventId};
use crate::usecase::{BoxFuture, Result, Shop, Store};

use super::message::Received;

/// Why events are held, by their id.
pub(super) type Reasons = HashMap<EventId, String>;

pub(super) trait Handler: Send + Sync {
    /// Lets a batch have its effect. What is not among the answer is done with.
    ///
    /// # Errors
    /// Nothing is done with; offer the same batch again.
    fn handle<'a>(&'a self, batch: &'a [Received]) -> BoxFuture<'a, Result<Reasons>>;
}

pub(super) struct ShopHandler<S> {
    pub shop: Shop<S>,
    pub group: Consumer,
}

impl<S: Store> ShopHandler<S> {
    /// Dead letters first: they have no order with the rest, and doing both again changes nothing.
    async fn consume(&self, batch: &[Received]) -> Result<Reasons> {
        for message in batch {
            if let Some(why) = &message.undecodable {
                self.shop.dead_letter(self.group, &message.envelope, why).await?;
            }
        }
        let events: Vec<Envelope> =
            batch.iter().filter(|m| m.undecodable.is_none()).map(|m| m.envelope.clone()).collect();
        if events.is_empty() {
            return Ok(Reasons::new());
        }
        let held = self.shop.consume(self.group, &events).await?;
        Ok(held.into_iter().map(|held| (held.id, held.reason)).collect())
    }
}

impl<S: Store> Handler for ShopHandler<S> {
    fn handle<'a>(&'a self, batch: &'a [Received]) -> BoxFuture<'a, Result<Reasons>> {
        Box::pin(self.consume(batch))
    }
}
