//! The relay: from the outbox to whoever carries the events, in order, and marked only when they have arrived.
//!
//! Exactly one may run at a time; whoever calls this holds the lock that says so. What cannot be delivered for a reason
//! of its own is set aside, with its aggregate's later events, and tried again with growing pauses; the rest flows.

use std::collections::HashMap;
use std::time::Duration;

use time::OffsetDateTime;

use crate::domain::{Consumer, Envelope, Event, EventId};

use super::events::{OutboxEvent, SetAside};
use super::traces::Steps;
use super::{BoxFuture, Result, Shop, Store, backoff};

/// The pause after the first failure; each next one is twice as long, and up to as much again by chance.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(150);
/// The same before it is asked what became of one that is in flight, by how often that was sent: so many of them cannot keep all
/// others from their turn.
const FIRST_LOOK: Duration = Duration::from_millis(250);
const LONGEST_LOOK: Duration = Duration::from_secs(5);

/// What became of an event that was to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    /// For certain.
    Arrived,
    /// It was sent and may still arrive: so long nothing of its aggregate follows. Whoever offers it again is told what became of
    /// it. `is_new`: it was sent just now, for the first time or once more.
    InFlight { is_new: bool },
    /// It cannot be delivered now, and that is its own fault or its topic's.
    Failed { reason: String },
    /// It was not tried, since an earlier event of its aggregate failed.
    Behind,
    /// Nobody was there to take it, or whoever was could not take anything just now.
    Unreachable,
}

impl Delivery {
    pub fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into() }
    }
}

/// What carries events to their consumers.
pub trait Bus: Send + Sync {
    /// Delivers the envelopes, those of one aggregate in their order, and answers for each what became of it.
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>>;
}

/// How a round of the relay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relayed {
    /// Nothing was waiting.
    Idle,
    /// So many arrived; there may be more.
    Published(usize),
    /// So many arrived and so many were set aside; there may be more.
    SetAside { published: usize, aside: usize },
    /// So many arrived and for so many nobody was there: wait a little before trying again.
    Stuck { published: usize, left: usize },
}

/// What the end of a round has read for the next: marking and reading on are one statement. It is nobody's once the lock is
/// lost: drop it then.
#[derive(Debug, Default)]
pub struct ReadAhead(Option<Vec<(i64, Envelope)>>);

impl ReadAhead {
    /// Nothing was waiting when the last round ended.
    pub fn is_idle(&self) -> bool {
        self.0.as_ref().is_some_and(Vec::is_empty)
    }
}

impl<S: Store> Shop<S> {
    /// One round: the oldest `most` events that nobody has acknowledged are published, and marked if they arrived.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`: what arrived and was not marked is published again, and has no second effect.
    pub async fn relay(&self, bus: &dyn Bus, most: u32) -> Result<Relayed> {
        self.relay_on(bus, most, &mut ReadAhead::default()).await
    }

    /// The same for whoever goes on from round to round: what is `ahead` is published, and where all of it arrived, the next is
    /// there afterwards.
    ///
    /// # Errors
    /// As `relay`, and nothing is ahead.
    pub async fn relay_on(&self, bus: &dyn Bus, most: u32, ahead: &mut ReadAhead) -> Result<Relayed> {
        let ready = match ahead.0.take() {
            Some(read) => read,
            None => self.store().unpublished_events(most).await?,
        };
        let first = |(position, envelope)| OutboxEvent { position, attempts: 0, envelope };
        self.publish_events(bus, ready.into_iter().map(first).collect(), Some((most, ahead))).await
    }

    /// The same for at most `most` events that were set aside and whose time has come. It may run beside `relay`: their
    /// aggregates are held back there.
    ///
    /// # Errors
    /// As for `relay`.
    pub async fn retry_events(&self, bus: &dyn Bus, most: u32) -> Result<Relayed> {
        let due = self.store().events_to_retry(most, self.now()).await?;
        self.publish_events(bus, due, None).await
    }

    /// Ends every pause: a new release, or a broker that was mended, may take what the last did not.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn retry_events_now(&self) -> Result<u64> {
        self.store().end_pauses(self.now()).await
    }

    /// `next`: how many are read on for the next round, and where to.
    async fn publish_events(
        &self,
        bus: &dyn Bus,
        events: Vec<OutboxEvent>,
        next: Option<(u32, &mut ReadAhead)>,
    ) -> Result<Relayed> {
        if events.is_empty() {
            return Ok(Relayed::Idle);
        }
        let (attempts, mut envelopes): (Vec<_>, Vec<_>) =
            events.into_iter().map(|event| ((event.position, event.attempts), event.envelope)).unzip();
        let steps = Steps::publishing(&mut envelopes);
        let deliveries = bus.publish(&envelopes).await;
        for (envelope, delivery) in envelopes.iter().zip(&deliveries) {
            if *delivery != Delivery::Arrived {
                steps.fail(|event| event == envelope.id);
            }
        }
        drop(steps);
        let now = self.now();
        let (mut done, mut aside, mut left) = (Vec::new(), Vec::new(), 0);
        // Behind the first event of an aggregate that did not arrive, none counts; the value is until when it waits.
        let mut blocked: HashMap<(bool, &str), Option<OffsetDateTime>> = HashMap::new();
        for ((&(position, attempts), envelope), delivery) in attempts.iter().zip(&envelopes).zip(deliveries) {
            let key = envelope.ordering_key();
            match (blocked.get(&key), delivery) {
                (None, Delivery::Arrived) => done.push(position),
                (None, Delivery::Failed { reason }) => {
                    let attempts = attempts.saturating_add(1);
                    let until = later(now, backoff(FIRST_PAUSE, LONGEST_PAUSE).after(attempts));
                    blocked.insert(key, Some(until));
                    aside.push(SetAside { position, attempts, until, reason: Some(reason) });
                }
                (None, Delivery::InFlight { is_new }) => {
                    let attempts = attempts.saturating_add(is_new.into());
                    let until = later(now, backoff(FIRST_LOOK, LONGEST_LOOK).after(attempts));
                    blocked.insert(key, Some(until));
                    let reason = is_new.then(|| "it was sent, and nobody has acknowledged it yet".to_owned());
                    aside.push(SetAside { position, attempts, until, reason });
                }
                (Some(&Some(until)), _) => aside.push(SetAside { position, attempts, until, reason: None }),
                (Some(None) | None, _) => {
                    blocked.insert(key, None);
                    left += 1;
                }
            }
        }
        match next.filter(|_| aside.is_empty() && left == 0) {
            Some((most, ahead)) => {
                // Whoever rang until here had committed what is read now; whoever rings from here on is heard.
                self.forget_wakeup();
                ahead.0 = Some(self.store().mark_and_read_on(&done, now, most).await?);
            }
            None if done.is_empty() => {}
            None => self.store().mark_published(&done, now).await?,
        }
        if !aside.is_empty() {
            self.store().set_aside(&aside).await?;
            log_set_aside(&aside);
        }
        let published = done.len();
        Ok(match (left, aside.len()) {
            (0, 0) => Relayed::Published(published),
            (0, aside) => Relayed::SetAside { published, aside },
            (left, _) => Relayed::Stuck { published, left },
        })
    }
}

fn later(now: OffsetDateTime, pause: Duration) -> OffsetDateTime {
    now.saturating_add(pause.try_into().unwrap_or_default())
}

/// One line for each reason.
fn log_set_aside(aside: &[SetAside]) {
    let mut reasons: HashMap<&str, Vec<&SetAside>> = HashMap::new();
    for event in aside {
        if let Some(reason) = &event.reason {
            reasons.entry(reason).or_default().push(event);
        }
    }
    for (reason, events) in reasons {
        let attempts = events.iter().map(|event| event.attempts).max();
        let first = events.first().map(|event| event.position);
        tracing::warn!(events = events.len(), first, attempts, reason, "events are set aside; see `events list`");
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

    async fn deliver(&self, envelopes: &[Envelope]) -> Vec<Delivery> {
        let mut deliveries: Vec<_> = envelopes.iter().map(delivery_of).collect();
        for consumer in Consumer::ALL {
            let share: Vec<_> = envelopes.iter().filter(|e| consumer.consumes(&e.topic)).cloned().collect();
            if share.is_empty() {
                continue;
            }
            let undone = self.undone(consumer, &share).await;
            for (delivery, envelope) in deliveries.iter_mut().zip(envelopes) {
                if consumer.consumes(&envelope.topic)
                    && let Some(what) = undone.get(&envelope.id)
                    && !matches!(delivery, Delivery::Failed { .. })
                {
                    *delivery = what.clone();
                }
            }
        }
        deliveries
    }

    /// What a consumer could not do of its share, and what is to become of it. A fault that passes (the database is away,
    /// somebody holds a row) is no event's own: the whole share stays where it is and is offered again, in order. One of
    /// the schema or a permission may last, and is nothing to stop everybody else for: that share is set aside.
    async fn undone(&self, consumer: Consumer, share: &[Envelope]) -> HashMap<EventId, Delivery> {
        let group = consumer.group();
        let failed = |reason: String| Delivery::failed(format!("{group}: {reason}"));
        let all = |delivery: Delivery| share.iter().map(|envelope| (envelope.id, delivery.clone())).collect();
        match self.shop.consume(consumer, share).await {
            Ok(held) => held.into_iter().map(|held| (held.id, failed(held.reason))).collect(),
            Err(error) if error.is_transient() => {
                let cause = format!("{:#}", anyhow::Error::from(error));
                tracing::warn!(group, events = share.len(), error = cause, "trying again");
                all(Delivery::Unreachable)
            }
            Err(error) => all(failed(format!("{:#}", anyhow::Error::from(error)))),
        }
    }
}

/// What a later release wrote waits for it: that release may have a consumer where this one has none.
fn delivery_of(envelope: &Envelope) -> Delivery {
    if envelope.is_dead_letter() {
        Delivery::Arrived
    } else if !Event::is_known_topic(&envelope.topic) {
        Delivery::failed(format!("this release does not know the topic {}", envelope.topic))
    } else if Event::is_newer(&envelope.kind) {
        Delivery::failed(format!("{} is newer than this release", envelope.kind))
    } else {
        Delivery::Arrived
    }
}

impl<S: Store> Bus for Embedded<S> {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>> {
        Box::pin(self.deliver(envelopes))
    }
}
