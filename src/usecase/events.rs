//! The event backbone's rules: the outbox an event is written to with its cause, the inbox that makes its effect happen
//! once, and who consumes what.
//!
//! Kafka and the in-process delivery are two ways to carry the same envelopes from the same outbox to
//! `Shop::consume`.

use std::future::Future;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Consumer, Envelope, Event, EventError, EventId, dead_letter_topic};

use super::shop::retried;
use super::{Error, Housekeeping, Result, Shop, Store, Tx};

/// The header of a replayed event that names the dead letter it was.
const REPLAY_OF: &str = "replay_of";
/// The header of a replayed event that names the only group it is for: the others had their effect.
const REPLAY_FOR: &str = "replay_for";

/// A message nobody can understand, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    pub position: i64,
    pub envelope: Envelope,
}

/// Appending events, in the transaction of their cause.
pub trait Outbox {
    fn append_event(&mut self, envelope: Envelope) -> impl Future<Output = Result<()>> + Send;

    fn append_events(&mut self, envelopes: Vec<Envelope>) -> impl Future<Output = Result<()>> + Send;
}

/// What a consumer remembers, in the transaction of the effect.
pub trait Inbox {
    /// Remembers the events and answers which of them are new to this consumer.
    fn remember_events(
        &mut self,
        consumer: Consumer,
        events: &[EventId],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<EventId>>> + Send;
}

/// The relay's side of the outbox, and what the owner sees of it.
pub trait EventViews {
    /// The oldest events that no one has acknowledged, in the order of their causes.
    fn unpublished_events(&self, most: u32) -> impl Future<Output = Result<Vec<(i64, Envelope)>>> + Send;

    fn mark_published(&self, positions: &[i64], now: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;

    /// The dead letters in the outbox that were not put back, newest first.
    fn dead_letters(&self, most: u32) -> impl Future<Output = Result<Vec<DeadLetter>>> + Send;

    /// Events waiting to be published, and the age of the oldest in seconds.
    fn outbox_backlog(&self) -> impl Future<Output = Result<(u64, u64)>> + Send;

    /// Removes published events after 7 days, inbox rows after 14, idempotency keys after 1, expired sessions, and
    /// guests' carts nobody touched for 30.
    fn delete_stale(&self, now: OffsetDateTime) -> impl Future<Output = Result<Housekeeping>> + Send;

    /// Whether the database answers.
    fn ping(&self) -> impl Future<Output = Result<()>> + Send;
}

/// The envelope an event travels in.
///
/// # Errors
/// `Broken`, never in practice: every payload can be written as JSON.
pub fn encode(id: EventId, event: &Event, occurred_at: OffsetDateTime) -> Result<Envelope> {
    Ok(Envelope {
        id,
        topic: event.topic().to_owned(),
        key: event.key().to_string(),
        kind: event.kind().to_owned(),
        occurred_at,
        payload: serde_json::to_string(event).map_err(|e| Error::Broken(e.into()))?,
        headers: Vec::new(),
    })
}

/// The event in an envelope.
///
/// # Errors
/// `UnknownType` for a type or version nobody here knows, `BadPayload` for a payload that is not what it says.
pub fn decode(envelope: &Envelope) -> std::result::Result<Event, EventError> {
    Event::deserialize_as(&envelope.kind, &mut serde_json::Deserializer::from_str(&envelope.payload))
}

impl<S: Store> Shop<S> {
    /// Lets a batch of events have their effect for one consumer: effect, inbox rows and dead letters are committed
    /// together. After `Ok` the whole batch is done with and its offsets may be committed.
    ///
    /// An event that was seen before has no effect. One that cannot be understood, or that fails for good on its own,
    /// becomes a dead letter and the rest flows.
    ///
    /// # Errors
    /// `Unavailable` or `Contended`: nothing happened; offer the same batch again, in order.
    pub async fn consume(&self, consumer: Consumer, batch: &[Envelope]) -> Result<()> {
        let done = retried(|| self.consume_once(consumer, batch)).await;
        let answer = match done {
            Err(Error::Broken(cause)) if batch.len() > 1 => {
                tracing::warn!(group = consumer.group(), error = ?cause, "batch failed; taking it one by one");
                self.consume_singly(consumer, batch).await
            }
            Err(Error::Broken(cause)) => self.dead_letter_each(consumer, batch, &format!("{cause:#}")).await,
            Err(Error::Refused(refusal)) => self.dead_letter_each(consumer, batch, &refusal.to_string()).await,
            answer => answer,
        };
        self.notify_relay();
        answer
    }

    async fn consume_singly(&self, consumer: Consumer, batch: &[Envelope]) -> Result<()> {
        for envelope in batch {
            let one = std::slice::from_ref(envelope);
            match retried(|| self.consume_once(consumer, one)).await {
                Err(Error::Broken(cause)) => self.dead_letter_each(consumer, one, &format!("{cause:#}")).await?,
                answer => answer?,
            }
        }
        Ok(())
    }

    async fn consume_once(&self, consumer: Consumer, batch: &[Envelope]) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let ids: Vec<_> = batch.iter().map(|e| e.id).collect();
        let mut fresh = tx.remember_events(consumer, &ids, self.now()).await?;
        let mut events = Vec::with_capacity(fresh.len());
        let mut dead = Vec::new();
        for envelope in batch {
            let Some(at) = fresh.iter().position(|id| *id == envelope.id) else { continue };
            fresh.swap_remove(at);
            if header(envelope, REPLAY_FOR).is_some_and(|group| group != consumer.group()) {
                continue;
            }
            match decode(envelope) {
                Ok(event) => events.push((envelope.id, event)),
                Err(cause) => {
                    tracing::error!(group = consumer.group(), topic = envelope.topic, id = %envelope.id, error = %cause, "dead letter");
                    dead.push(self.dead_letter_envelope(consumer, envelope, &cause.to_string()));
                }
            }
        }
        if !dead.is_empty() {
            tx.append_events(dead).await?;
        }
        match consumer {
            Consumer::Inventory => self.handle_inventory_events(&mut tx, &events).await?,
            Consumer::Orders => self.handle_order_events(&mut tx, &events).await?,
            Consumer::Notification => self.handle_notification_events(&mut tx, &events).await?,
        }
        tx.commit().await
    }

    /// Remembers the events and puts them among the dead letters.
    async fn dead_letter_each(&self, consumer: Consumer, batch: &[Envelope], cause: &str) -> Result<()> {
        let mut tx = self.store().begin().await?;
        for envelope in batch {
            if tx.remember_events(consumer, &[envelope.id], self.now()).await?.is_empty() {
                continue;
            }
            tracing::error!(group = consumer.group(), topic = envelope.topic, id = %envelope.id, error = cause, "dead letter");
            tx.append_event(self.dead_letter_envelope(consumer, envelope, cause)).await?;
        }
        tx.commit().await
    }

    /// A message that has no readable envelope at all.
    ///
    /// # Errors
    /// `Unavailable` or `Contended`: offer it again.
    pub async fn dead_letter(&self, consumer: Consumer, message: Envelope, cause: &str) -> Result<()> {
        self.dead_letter_each(consumer, &[message], cause).await?;
        self.notify_relay();
        Ok(())
    }

    fn dead_letter_envelope(&self, consumer: Consumer, envelope: &Envelope, cause: &str) -> Envelope {
        let origin = [
            ("dlq_group", consumer.group().to_owned()),
            ("dlq_topic", envelope.topic.clone()),
            ("dlq_event_id", envelope.id.to_string()),
            ("dlq_reason", cause.chars().take(500).collect()),
        ];
        let mut headers = envelope.headers.clone();
        headers.extend(origin.map(|(name, value)| (name.to_owned(), value)));
        Envelope {
            id: EventId(self.next_id()),
            topic: dead_letter_topic(&envelope.topic),
            occurred_at: self.now(),
            headers,
            ..envelope.clone()
        }
    }

    /// Puts a dead letter back on the topic it came from, for the group that could not read it and no other.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn replay(&self, dead: &DeadLetter) -> Result<()> {
        let old = &dead.envelope;
        let topic = old.topic.strip_suffix(".dlq").unwrap_or(&old.topic).to_owned();
        let own = |name: &str| name.starts_with("dlq_") || name.starts_with("replay_");
        let mut headers: Vec<_> = old.headers.iter().filter(|(name, _)| !own(name)).cloned().collect();
        headers.push((REPLAY_OF.to_owned(), old.id.to_string()));
        headers.extend(header(old, "dlq_group").map(|group| (REPLAY_FOR.to_owned(), group.to_owned())));
        let envelope = Envelope { id: EventId(self.next_id()), topic, headers, ..old.clone() };
        let mut tx = self.store().begin().await?;
        tx.append_event(envelope).await?;
        tx.commit().await?;
        self.notify_relay();
        Ok(())
    }
}

fn header<'a>(envelope: &'a Envelope, name: &str) -> Option<&'a str> {
    envelope.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

/// The id an event has when its message carries none: from where it lies, so that it is the same every time it is read.
pub fn id_of_place(topic: &str, partition: i32, offset: i64) -> EventId {
    let place = format!("{topic}/{partition}/{offset}");
    let (mut high, mut low) = (0xcbf2_9ce4_8422_2325_u64, 0x8422_2325_cbf2_9ce4_u64);
    for byte in place.bytes() {
        high = (high ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        low = (low ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(7);
    }
    EventId(Uuid::from_u64_pair(high, low))
}
