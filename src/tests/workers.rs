//! The inventory's consumer group as it runs beside Kafka: two workers in processes of their own, each with its half of
//! the partitions.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicI64, Ordering};

use shop::domain::{Consumer, Envelope, VariantId};
use shop::infrastructure::LiveShop;
use shop::usecase::{BoxFuture, Bus, Delivery, Inventory, Relayed, Store, Tx};

use crate::harness::TestShop;

const NAME: &str = "inventory-worker";

pub struct TwoWorkers {
    workers: [LiveShop; 2],
    /// How many events a worker takes in one transaction.
    batch: usize,
}

impl TwoWorkers {
    pub async fn of(shop: &TestShop, batch: usize) -> Self {
        Self { workers: [shop.another_process_named(NAME).await, shop.another_process_named(NAME).await], batch }
    }

    /// Hands events to the workers until none is left.
    pub async fn deliver(&self) {
        self.relay_to(self).await;
    }

    /// The same, and whenever they decide on stock they are at it together: each round is held up at one variant's row
    /// until both workers wait for a lock. Whatever order they lock rows in, both have locked some by then and want more.
    pub async fn deliver_in_step(&self, shop: &TestShop, held_up_at: VariantId) {
        self.relay_to(&InStep { workers: self, shop, held_up_at }).await;
    }

    async fn relay_to(&self, bus: &dyn Bus) {
        while self.workers[0].relay(bus, 400).await.unwrap() != Relayed::Idle {}
    }

    /// Events of one order lie on several topics and so may go to either worker, as they do with Kafka.
    fn takes(envelope: &Envelope) -> usize {
        let mut hasher = DefaultHasher::new();
        (&envelope.topic, &envelope.key).hash(&mut hasher);
        usize::from(hasher.finish().is_multiple_of(2))
    }

    fn batches(&self, worker: usize, consumer: Consumer, events: &[Envelope]) -> Vec<Vec<Envelope>> {
        let own = |e: &&Envelope| consumer.consumes(&e.topic) && Self::takes(e) == worker;
        let own: Vec<_> = events.iter().filter(own).cloned().collect();
        own.chunks(self.batch).map(<[_]>::to_vec).collect()
    }

    async fn work(&self, worker: usize, consumer: Consumer, events: &[Envelope]) {
        for batch in self.batches(worker, consumer, events) {
            self.consume(worker, consumer, &batch).await;
        }
    }

    /// As the adapter for Kafka does: what meets a fault that passes is offered again.
    async fn consume(&self, worker: usize, consumer: Consumer, batch: &[Envelope]) {
        while let Err(error) = self.workers[worker].consume(consumer, batch).await {
            assert!(error.is_transient(), "{error:?}");
        }
    }

    async fn work_together(&self, consumer: Consumer, events: &[Envelope]) {
        tokio::join!(self.work(0, consumer, events), self.work(1, consumer, events));
    }
}

impl Bus for TwoWorkers {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>> {
        Box::pin(async move {
            for consumer in Consumer::ALL {
                self.work_together(consumer, envelopes).await;
            }
            vec![Delivery::Arrived; envelopes.len()]
        })
    }
}

struct InStep<'a> {
    workers: &'a TwoWorkers,
    shop: &'a TestShop,
    held_up_at: VariantId,
}

impl InStep<'_> {
    async fn round(&self, batches: [Option<Vec<Envelope>>; 2]) {
        let mut holder = self.shop.shop.store().begin().await.unwrap();
        holder.lock_stock(&[self.held_up_at]).await.unwrap();
        let ended = AtomicI64::new(0);
        let work = |worker: usize| {
            let (batch, ended) = (batches[worker].as_deref(), &ended);
            async move {
                if let Some(batch) = batch {
                    self.workers.consume(worker, Consumer::Inventory, batch).await;
                }
                ended.fetch_add(1, Ordering::SeqCst);
            }
        };
        let waiting = "select count(*) from pg_stat_activity where datname = current_database()
            and application_name = 'inventory-worker' and wait_event_type = 'Lock'";
        let holding = async {
            while self.shop.count(waiting).await + ended.load(Ordering::SeqCst) < 2 {
                tokio::task::yield_now().await;
            }
            holder.commit().await.unwrap();
        };
        tokio::join!(work(0), work(1), holding);
    }
}

impl Bus for InStep<'_> {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>> {
        Box::pin(async move {
            let batches = |worker| self.workers.batches(worker, Consumer::Inventory, envelopes).into_iter();
            let (mut first, mut second) = (batches(0), batches(1));
            loop {
                let round = [first.next(), second.next()];
                if round.iter().all(Option::is_none) {
                    break;
                }
                self.round(round).await;
            }
            for consumer in Consumer::ALL.into_iter().filter(|c| *c != Consumer::Inventory) {
                self.workers.work_together(consumer, envelopes).await;
            }
            vec![Delivery::Arrived; envelopes.len()]
        })
    }
}
