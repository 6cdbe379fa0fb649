//! Consuming: one group's share of its topics, read in order, in batches.
//!
//! A batch's effect is committed to the database before its offsets are committed to Kafka, so that nothing is lost; what
//! is delivered twice has its effect once, by the inbox. An event that cannot have its effect yet holds its partition, in
//! order, while the others flow and the consumer stays a member of its group.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures::FutureExt;
use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use tokio_util::sync::CancellationToken;

use crate::domain::Consumer;
use crate::usecase::{BoxFuture, Shop, Store};

use super::Kafka;
use super::context::{LoggingContext, Reader};
use super::drop_aside::DropAside;
use super::handler::{Handler, ShopHandler};
use super::held::Held;
use super::lag_board::LagBoard;
use super::message::{Received, received};
use super::offsets::Offsets;
use super::watchdog::{SILENCE, Watchdog};

/// Awaited between a batch's commit to the database and the commit of its offsets. Tests stop a consumer there.
pub type AfterEffect = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// Told how many events a batch had, and 0 when there was nothing to do for a while.
pub type Progress = Arc<dyn Fn(usize) + Send + Sync>;

/// The most events of one transaction.
const BATCH: usize = 101;
const CLOSE_LIMIT: Duration = Duration::from_secs(8);

pub struct KafkaConsumer {
    handler: Arc<dyn Handler>,
    group: Consumer,
    kafka: Kafka,
    /// Of a static member: who comes back under this name has its partitions at once.
    instance: Option<String>,
    silence: Duration,
    progress: Option<Progress>,
    after_effect: Option<AfterEffect>,
    lags: Option<LagBoard>,
}

#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Stopped,
    Stuck,
}

impl KafkaConsumer {
    pub fn new<S: Store>(shop: Shop<S>, group: Consumer, kafka: Kafka) -> Self {
        Self::with_handler(Arc::new(ShopHandler { shop, group }), group, kafka)
    }

    pub(super) fn with_handler(handler: Arc<dyn Handler>, group: Consumer, kafka: Kafka) -> Self {
        Self { handler, group, kafka, instance: None, silence: SILENCE, progress: None, after_effect: None, lags: None }
    }

    /// Joins its group under this name. Two running processes must not share it: the later one shuts the earlier one out.
    #[must_use]
    pub fn with_instance(mut self, name: impl Into<String>) -> Self {
        self.instance = Some(name.into());
        self
    }

    /// After so long without a message it is looked whether there should have been one.
    #[must_use]
    pub const fn with_silence(mut self, silence: Duration) -> Self {
        self.silence = silence;
        self
    }

    #[must_use]
    pub fn with_progress(mut self, progress: Progress) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Writes down there how far it is in its partitions, twice in the time of a silence.
    #[must_use]
    pub fn with_lag_board(mut self, board: LagBoard) -> Self {
        self.lags = Some(board);
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
        self.run_with(self.open()?, stop).await
    }

    pub(super) async fn run_with(
        &self,
        mut reader: DropAside<Arc<Reader>>,
        stop: &CancellationToken,
    ) -> anyhow::Result<()> {
        while self.run_once(reader, stop).await? == Ended::Stuck {
            let group = self.group.group();
            tracing::warn!(group, "there are messages, but none arrive; joining the group anew");
            reader = self.open()?;
        }
        Ok(())
    }

    async fn run_once(&self, reader: DropAside<Arc<Reader>>, stop: &CancellationToken) -> anyhow::Result<Ended> {
        let mut offsets = Offsets::default();
        let ended = tokio::select! {
            ended = self.read(&reader, &mut offsets, stop) => ended,
            never = self.look(&reader) => never,
        };
        let rest = offsets.take();
        let group = self.group.group();
        let before_drop = move |reader: &Arc<Reader>| {
            if rest.count() > 0 {
                note_commit(group, reader.commit(&rest, CommitMode::Sync));
            }
        };
        reader.drop_within(CLOSE_LIMIT, before_drop).await;
        ended
    }

    pub(super) fn open(&self) -> anyhow::Result<DropAside<Arc<Reader>>> {
        let mut config = self.kafka.client();
        config
            .set("group.id", self.kafka.group(self.group))
            .set("group.protocol", "classic")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", "6000")
            .set("heartbeat.interval.ms", "1500")
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            // A topic that comes, or that may be read from now on, is seen within this time, and not after five minutes.
            .set("topic.metadata.refresh.interval.ms", "10000")
            .set("queued.min.messages", "1000")
            .set("queued.max.messages.kbytes", "4096");
        if let Some(name) = &self.instance {
            config.set("group.instance.id", name);
        }
        let reader: Reader =
            config.create_with_context(LoggingContext::named(self.group.group())).context("the Kafka consumer")?;
        let topics: Vec<_> = self.group.topics().iter().map(|name| self.kafka.topic(name)).collect();
        let topics: Vec<_> = topics.iter().map(String::as_str).collect();
        let reader = DropAside::new(Arc::new(reader));
        reader.subscribe(&topics).context("subscribing")?;
        Ok(reader)
    }

    async fn read(
        &self,
        reader: &Arc<Reader>,
        offsets: &mut Offsets,
        stop: &CancellationToken,
    ) -> anyhow::Result<Ended> {
        let mut held = Held::default();
        let mut watchdog = Watchdog::new(self.silence);
        loop {
            let places = held.places();
            let batch = tokio::select! {
                biased;
                () = stop.cancelled() => return Ok(Ended::Stopped),
                () = held.until_due() => held.take_due(reader)?,
                batch = self.next_batch(reader) => {
                    watchdog.reset();
                    held.keep_back(reader, batch?)?
                }
                () = watchdog.wait_until_stuck(reader, &places, || self.report(0)) => {
                    return Ok(Ended::Stuck);
                }
            };
            if batch.is_empty() {
                continue;
            }
            let tried: BTreeSet<_> = batch.iter().map(Received::place).collect();
            let (done, left) = self.effect(batch).await;
            held.settle(reader, &tried, left)?;
            if let Some(hook) = &self.after_effect
                && !done.is_empty()
            {
                hook().await;
            }
            for message in &done {
                offsets.done(&message.topic, message.partition, message.offset);
            }
            self.report(done.len());
            if !stop.is_cancelled() && !offsets.is_empty() {
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

    /// Lets a batch have its effect. Answers what is done with, and what is to be offered again: of each partition the
    /// first event that is held and all behind it.
    async fn effect(&self, batch: Vec<Received>) -> (Vec<Received>, Vec<Received>) {
        let group = self.group.group();
        let reasons = match self.handler.handle(&batch).await {
            Ok(reasons) => reasons,
            Err(cause) => {
                let error = format!("{:#}", anyhow::Error::from(cause));
                tracing::warn!(group, events = batch.len(), error, "trying again");
                return (Vec::new(), batch);
            }
        };
        let mut held = BTreeSet::new();
        batch.into_iter().partition(|message| {
            if let Some(reason) = reasons.get(&message.envelope.id)
                && held.insert(message.place())
            {
                let Received { topic, partition, offset, envelope, .. } = message;
                tracing::warn!(group, topic, partition, offset, id = %envelope.id, reason, "partition is held");
            }
            !held.contains(&message.place())
        })
    }

    /// Has no end of its own: how far it is, where somebody wants to know.
    async fn look(&self, reader: &Arc<Reader>) -> anyhow::Result<Ended> {
        match &self.lags {
            Some(board) => match board.watch(self.group, &self.kafka, reader, self.silence / 2).await {},
            None => std::future::pending().await,
        }
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
