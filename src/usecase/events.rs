//! The event backbone's rules: the outbox an event is written to with its cause, the inbox that makes its effect happen
//! once, and who consumes what.
//!
//! Kafka and the in-process delivery are two ways to carry the same envelopes from the same outbox to
//! `Shop::consume`.

use std::future::Future;

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{
    Consumer, Envelope, Event, EventError, EventId, May, Refusal, Staff, permit, topic_of_dead_letter,
};
use crate::dto::{GroupLag, ReplayedEvents};

use super::audit::Change;
use super::traces::headers_of_cause;
use super::{Error, Result, Shop, Store, Tx};

/// The header of a replayed event that names the dead letter it was.
const REPLAY_OF: &str = "replay_of";
/// The header of a replayed event that names the only group it is for: the others had their effect.
pub(super) const REPLAY_FOR: &str = "replay_for";

/// How many dead letters are put back at once.
const MOST_REPLAYED: u32 = 200;

/// A message nobody can understand, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    pub position: i64,
    pub envelope: Envelope,
}

/// An event as the relay takes it from the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEvent {
    pub position: i64,
    /// How often it failed.
    pub attempts: u32,
    pub envelope: Envelope,
}

/// An event to be held back: it failed, or it lies behind one of its aggregate that did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    pub position: i64,
    pub attempts: u32,
    pub until: OffsetDateTime,
    /// Nothing for one that only lies behind another.
    pub reason: Option<String>,
}

/// An event that is held back, as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAsideView {
    pub event: OutboxEvent,
    pub until: OffsetDateTime,
    pub reason: Option<String>,
}

/// Appending events, in the transaction of their cause.
pub trait Outbox {
    fn append_event(&mut self, envelope: Envelope) -> impl Future<Output = Result<()>> + Send;

    fn append_events(&mut self, envelopes: Vec<Envelope>) -> impl Future<Output = Result<()>> + Send;

    /// Notes that a dead letter is put back. False when it was before.
    fn mark_replayed(&mut self, position: i64, now: OffsetDateTime) -> impl Future<Output = Result<bool>> + Send;

    /// Everything that was set aside may be tried now, once this is committed. Answers how many.
    fn end_pauses(&mut self, now: OffsetDateTime) -> impl Future<Output = Result<u64>> + Send;
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
    /// The oldest events that nobody has acknowledged and that nothing holds back, in the order of their causes. What
    /// lies behind an event that was set aside joins it.
    fn unpublished_events(&self, most: u32) -> impl Future<Output = Result<Vec<(i64, Envelope)>>> + Send;

    /// Events that were set aside and whose time has come, in the order of their causes.
    fn events_to_retry(&self, most: u32, now: OffsetDateTime) -> impl Future<Output = Result<Vec<OutboxEvent>>> + Send;

    fn mark_published(&self, positions: &[i64], now: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;

    /// The same, and what `unpublished_events` would answer next, at once.
    fn mark_and_read_on(
        &self,
        positions: &[i64],
        now: OffsetDateTime,
        most: u32,
    ) -> impl Future<Output = Result<Vec<(i64, Envelope)>>> + Send;

    /// Holds events back until their time.
    fn set_aside(&self, events: &[SetAside]) -> impl Future<Output = Result<()>> + Send;

    /// Everything that was set aside may be tried now. Answers how many.
    fn end_pauses(&self, now: OffsetDateTime) -> impl Future<Output = Result<u64>> + Send;

    /// What is set aside behind this position, in order.
    fn events_set_aside(&self, after: i64, most: u32) -> impl Future<Output = Result<Vec<SetAsideView>>> + Send;

    /// The dead letters behind this position that were not put back, in order.
    fn dead_letters(&self, after: i64, most: u32) -> impl Future<Output = Result<Vec<DeadLetter>>> + Send;

    /// The newest position there is.
    fn last_position(&self) -> impl Future<Output = Result<i64>> + Send;

    /// Events waiting to be published, and the age of the oldest in seconds.
    fn outbox_backlog(&self) -> impl Future<Output = Result<(u64, u64)>> + Send;

    /// The groups that have not handled all of the newest events that are theirs, and how many they have not.
    fn events_not_handled(&self, newest: u32) -> impl Future<Output = Result<Vec<GroupLag>>> + Send;

    /// Whether the database answers.
    fn ping(&self) -> impl Future<Output = Result<()>> + Send;
}

/// The envelope an event travels in, with what caused it where that is traced.
///
/// # Errors
/// `Broken`, never in practice: every payload can be written as JSON.
pub fn encode(id: EventId, event: &Event, occurred_at: OffsetDateTime) -> Result<Envelope> {
    let key = event.key().to_string();
    Ok(Envelope {
        id,
        topic: event.topic().to_owned(),
        kind: event.kind().to_owned(),
        occurred_at,
        payload: serde_json::to_string(event).map_err(|e| Error::Broken(e.into()))?,
        headers: headers_of_cause(&key),
        key,
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
    /// Puts a dead letter back on the topic it came from, for the group that could not read it and no other. Once: false
    /// when somebody has done it before.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn replay(&self, dead: &DeadLetter) -> Result<bool> {
        self.replay_once(None, dead).await
    }

    /// Staff put the dead letter at this position back.
    ///
    /// # Errors
    /// `NotFound` where there is none, or somebody has done it before.
    pub async fn replay_for(&self, by: May<permit::Events>, position: i64) -> Result<()> {
        let found = self.store().dead_letters(position.saturating_sub(1), 1).await?.pop();
        let dead = found.filter(|dead| dead.position == position).ok_or(Refusal::NotFound)?;
        match self.replay_once(Some(by.into()), &dead).await? {
            true => Ok(()),
            false => Err(Refusal::NotFound.into()),
        }
    }

    /// Staff put the dead letters back that there are, the oldest first and at most 200 at once; answers how many. Each by
    /// itself: where this ends half-way, the rest lie there as before. One that cannot be put back keeps none behind it.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn replay_all_for(&self, by: May<permit::Events>) -> Result<ReplayedEvents> {
        let (mut done, mut behind) = (ReplayedEvents::default(), 0);
        while done.back < MOST_REPLAYED && done.left < MOST_REPLAYED {
            let dead = self.store().dead_letters(behind, MOST_REPLAYED.saturating_sub(done.back)).await?;
            let Some(last) = dead.last() else { break };
            behind = last.position;
            for dead in &dead {
                match self.replay_once(Some(by.into()), dead).await {
                    Ok(first) => done.back += u32::from(first),
                    Err(Error::Broken(cause)) => {
                        tracing::warn!(position = dead.position, error = ?cause, "a dead letter cannot be put back");
                        done.left += 1;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(done)
    }

    /// Staff have everything that is held back tried now; answers how many.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn end_pauses_for(&self, by: May<permit::Events>) -> Result<u64> {
        let mut tx = self.store().begin().await?;
        let count = tx.end_pauses(self.now()).await?;
        if count == 0 {
            return Ok(0);
        }
        let change = Change::of("events.tried_again", "events", "held").after(json!({ "count": count }));
        self.record(&mut tx, by, change).await?;
        tx.commit().await?;
        self.notify_relay();
        Ok(count)
    }

    async fn replay_once(&self, by: Option<Staff>, dead: &DeadLetter) -> Result<bool> {
        let old = &dead.envelope;
        let own = |name: &str| name.starts_with("dlq_") || name.starts_with("replay_");
        let mut headers: Vec<_> = old.headers.iter().filter(|(name, _)| !own(name)).cloned().collect();
        headers.push((REPLAY_OF.to_owned(), old.id.to_string()));
        headers.extend(old.header("dlq_group").map(|group| (REPLAY_FOR.to_owned(), group.to_owned())));
        let topic = topic_of_dead_letter(&old.topic).to_owned();
        let envelope = Envelope { id: EventId(self.next_id()), topic, headers, ..old.clone() };
        let mut tx = self.store().begin().await?;
        let first = tx.mark_replayed(dead.position, self.now()).await?;
        if first {
            let said = json!({ "topic": envelope.topic, "key": envelope.key, "event": old.id });
            tx.append_event(envelope).await?;
            if let Some(by) = by {
                self.record(&mut tx, by, Change::of("event.replayed", "event", dead.position).after(said)).await?;
            }
            tx.commit().await?;
            self.notify_relay();
        }
        Ok(first)
    }
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
