//! Consuming: one group's share of its topics, read in order, in batches.
//!
//! A batch's effect is committed to the database before its offsets are committed to Kafka, so that nothing is lost; what
//! is delivered twice has its effect once, by the inbox. A fault that may pass holds the partitions back, in order, while
//! the consumer stays a member of its group.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures::FutureExt;
use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::domain::{Consumer, Envelope};
use crate::usecase::{self, BoxFuture, Shop, Store};

use super::Kafka;
use super::context::{LoggingContext, Reader};
use super::message::{Received, received};
use super::offsets::Offsets;
use super::retire::Retiring;
use super::watchdog::Watchdog;

/// Awaited between a batch's commit to the database and the commit of its offsets. Tests stop a consumer there.
pub type AfterEffect = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// LoggingContext how many events a batch had, and 0 when there was nothing to do for a while.
pub type Progress = Arc<dyn Fn(usize) + Send + Sync>;

/// The most events of one transaction.
const BATCH: usize = 101;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const CLOSE_LIMIT: Duration = Duration::from_secs(8);

pub struct KafkaConsumer<S> {
    shop: Shop<S>,
    group: Consumer,
    kafka: Kafka,
    progress: Option<Progress>,
    after_effect: Option<AfterEffect>,
}

enum Ended {
    Stopped,
    Stuck,
}

impl<S: Store> KafkaConsumer<S> {
    pub const fn new(shop: Shop<S>, group: Consumer, kafka: Kafka) -> Self {
        Self { shop, group, kafka, progress: None, after_effect: None }
    }

    #[must_use]
    pub fn with_progress(mut self, progress: Progress) -> Self {
        self.progress = Some(progress);
        self
    }

    #[must_use]
    pub fn with_after_effect(mut self, hook: AfterEffect) -> Self {
        self.after_effect = Some(hook);
        self
    }

    /// Consumes until `stop`; then the batch in hand is finished and committed.
    ///
    /// # Errors
    /// When the client cannot go on; run it again.
    pub async fn run(&self, stop: &CancellationToken) -> anyhow::Result<()> {
        loop {
            let reader = self.open()?;
            let mut offsets = Offsets::default();
            let ended = self.read(&reader, &mut offsets, stop).await;
            let rest = offsets.take();
            let group = self.group.group();
            let before_drop = move |reader: &Arc<Reader>| {
                if rest.count() > 0 {
                    note_commit(group, reader.commit(&rest, CommitMode::Sync));
                }
            };
            reader.retire(CLOSE_LIMIT, before_drop).await;
            match ended? {
                Ended::Stopped => return Ok(()),
                Ended::Stuck => tracing::warn!(group, "there are messages, but none arrive; joining the group anew"),
            }
        }
    }

    fn open(&self) -> anyhow::Result<Retiring<Arc<Reader>>> {
        let reader: Reader = self
            .kafka
            .client()
            .set("group.id", self.kafka.group(self.group))
            .set("group.protocol", "classic")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", "6000")
            .set("heartbeat.interval.ms", "1500")
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            .set("queued.min.messages", "1000")
            .set("queued.max.messages.kbytes", "4096")
            .create_with_context(LoggingContext::named(self.group.group()))
            .context("the Kafka consumer")?;
        let topics: Vec<_> = self.group.topics().map(|name| self.kafka.topic(name)).collect();
        let topics: Vec<_> = topics.iter().map(String::as_str).collect();
        let reader = Retiring::new(Arc::new(reader));
        reader.subscribe(&topics).context("subscribing")?;
        Ok(reader)
    }

    async fn read(
        &self,
        reader: &Arc<Reader>,
        offsets: &mut Offsets,
        stop: &CancellationToken,
    ) -> anyhow::Result<Ended> {
        let mut held = Vec::new();
        let mut watchdog = Watchdog::new();
        loop {
            let mut batch = if held.is_empty() {
                tokio::select! {
                    biased;
                    () = stop.cancelled() => return Ok(Ended::Stopped),
                    batch = self.next_batch(reader) => batch?,
                    () = watchdog.wait_until_stuck(reader, || self.report(0)) => return Ok(Ended::Stuck),
                }
            } else {
                std::mem::take(&mut held)
            };
            if batch.is_empty() {
                continue;
            }
            watchdog.reset();
            if !self.apply_with_retries(reader, &mut batch, &mut held, stop).await? {
                return Ok(Ended::Stopped);
            }
            if let Some(hook) = &self.after_effect {
                hook().await;
            }
            for message in &batch {
                offsets.done(&message.topic, message.partition, message.offset);
            }
            self.report(batch.len());
            if stop.is_cancelled() {
                return Ok(Ended::Stopped);
            }
            if !offsets.is_empty() {
                note_commit(self.group.group(), reader.commit(&offsets.take(), CommitMode::Async));
            }
        }
    }

    /// The next message, and whatever lies ready behind it.
    async fn next_batch(&self, reader: &Reader) -> anyhow::Result<Vec<Received>> {
        let first = match reader.recv().await {
            Ok(message) => received(&self.kafka, &message),
            Err(cause) => {
                skip_unless_fatal(reader, cause)?;
                return Ok(Vec::new());
            }
        };
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Some(Ok(message)) = reader.recv().now_or_never()
        {
            batch.push(received(&self.kafka, &message));
        }
        Ok(batch)
    }

    /// Lets the batch have its effect, however often that has to be tried. False when stopped before it had.
    ///
    /// While it waits the consumer is polled, or its group would give it up. What arrives all the same (partitions that
    /// are new here) is held for later; what is not ours any more is left to whom it is now.
    async fn apply_with_retries(
        &self,
        reader: &Reader,
        batch: &mut Vec<Received>,
        held: &mut Vec<Received>,
        stop: &CancellationToken,
    ) -> anyhow::Result<bool> {
        let mut pause = FIRST_PAUSE;
        while let Err(cause) = self.effect(batch).await {
            let transient = cause.is_transient();
            let cause = format!("{:#}", anyhow::Error::from(cause));
            tracing::warn!(group = self.group.group(), events = batch.len(), transient, error = cause, "trying again");
            let end = Instant::now() + pause;
            pause = (pause * 2).min(LONGEST_PAUSE);
            reader.pause(&reader.assignment()?)?;
            loop {
                tokio::select! {
                    biased;
                    () = stop.cancelled() => return Ok(false),
                    message = reader.recv() => match message {
                        Ok(message) => {
                            held.push(received(&self.kafka, &message));
                            reader.pause(&reader.assignment()?)?;
                        }
                        Err(cause) => skip_unless_fatal(reader, cause)?,
                    },
                    () = sleep_until(end) => break,
                }
            }
            let ours = reader.assignment()?;
            batch.retain(|m| ours.find_partition(&m.topic, m.partition).is_some());
            held.retain(|m| ours.find_partition(&m.topic, m.partition).is_some());
        }
        if pause > FIRST_PAUSE {
            reader.resume(&reader.assignment()?)?;
            tracing::info!(group = self.group.group(), "going on");
        }
        Ok(true)
    }

    /// Dead letters first: they have no order with the rest, and doing both again changes nothing.
    async fn effect(&self, batch: &[Received]) -> usecase::Result<()> {
        for message in batch {
            if let Some(why) = &message.undecodable {
                self.shop.dead_letter(self.group, message.envelope.clone(), why).await?;
            }
        }
        let events: Vec<Envelope> =
            batch.iter().filter(|m| m.undecodable.is_none()).map(|m| m.envelope.clone()).collect();
        if events.is_empty() { Ok(()) } else { self.shop.consume(self.group, &events).await }
    }

    fn report(&self, events: usize) {
        if let Some(progress) = &self.progress {
            progress(events);
        }
    }
}

fn skip_unless_fatal(reader: &Reader, cause: KafkaError) -> anyhow::Result<()> {
    match cause {
        KafkaError::MessageConsumptionFatal(_) => Err(cause).context("the consumer is beyond repair"),
        cause => {
            reader.context().note(&cause, "consuming");
            Ok(())
        }
    }
}

/// A commit that failed is no harm: the next one covers it, or the messages come again and change nothing.
fn note_commit(group: &str, outcome: Result<(), KafkaError>) {
    match outcome {
        Ok(()) | Err(KafkaError::ConsumerCommit(RDKafkaErrorCode::NoOffset)) => {}
        Err(cause) => tracing::warn!(group, error = %cause, "offsets were not committed"),
    }
}
