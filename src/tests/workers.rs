//! The inventory's consumer group as it runs beside Kafka: two workers in processes of their own, each with its half of
//! the partitions.

use std::hash::{DefaultHasher, Hash, Hasher};

use shop::domain::{Consumer, Envelope};
use shop::infrastructure::LiveShop;
use shop::usecase::{BoxFuture, Bus, Delivery, Relayed};

use crate::harness::TestShop;

pub struct TwoWorkers {
    workers: [LiveShop; 2],
    /// How many events a worker takes in one transaction.
    batch: usize,
}

impl TwoWorkers {
    pub async fn of(shop: &TestShop, batch: usize) -> Self {
        Self { workers: [shop.another_process().await, shop.another_process().await], batch }
    }

    /// Hands events to the workers until none is left.
    pub async fn deliver(&self) {
        while self.workers[0].relay(self, 400).await.unwrap() != Relayed::Idle {}
    }

    /// Events of one order lie on several topics and so may go to either worker, as they do with Kafka.
    fn takes(envelope: &Envelope) -> usize {
        let mut hasher = DefaultHasher::new();
        (&envelope.topic, &envelope.key).hash(&mut hasher);
        usize::from(hasher.finish().is_multiple_of(2))
    }

    async fn work(&self, worker: usize, consumer: Consumer, events: &[Envelope]) {
        let own: Vec<_> = events.iter().filter(|e| consumer.consumes(&e.topic) && Self::takes(e) == worker).collect();
        for batch in own.chunks(self.batch) {
            let batch: Vec<_> = batch.iter().map(|e| (*e).clone()).collect();
            self.workers[worker].consume(consumer, &batch).await.unwrap();
        }
    }
}

impl Bus for TwoWorkers {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>> {
        Box::pin(async move {
            for consumer in Consumer::ALL {
                tokio::join!(self.work(0, consumer, envelopes), self.work(1, consumer, envelopes));
            }
            vec![Delivery::Arrived; envelopes.len()]
        })
    }
}
