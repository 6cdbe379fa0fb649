//! Consuming: an event has its effect once per consumer, or is held until it can, or becomes a dead letter.
//!
//! Only what is wrong with the message itself (it cannot be decoded, it breaks a rule that has a name) is a dead letter.
//! For every other fault (a schema or a permission that is not there yet, a version of a later release) the event is
//! held, with its aggregate's later ones; the others flow.

use std::collections::HashSet;

use crate::domain::{Consumer, Envelope, Event, EventId, dead_letter_topic};

use super::events::REPLAY_FOR;
use super::notification::needs_its_order_alone;
use super::shop::retried;
use super::traces::Steps;
use super::{Error, Inbox, Outbox, Result, Shop, Store, Tx, decode};

/// What a dead letter keeps of a message's key and headers. The payload is kept whole.
const KEY_LIMIT: usize = 200;
const HEADERS_LIMIT: usize = 32;
const HEADER_LIMIT: usize = 500;

/// An event that could not have its effect yet: offer it again, in its aggregate's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldEvent {
    pub id: EventId,
    pub reason: String,
}

impl<S: Store> Shop<S> {
    /// Lets a batch of events have their effect for one consumer: effect, inbox rows and dead letters are committed
    /// together. What is not among the answer is done with.
    ///
    /// An event that was seen before has no effect. One that cannot be understood, or that fails for good on its own,
    /// becomes a dead letter and the rest flows. One that fails for another reason is held, and so are later ones with
    /// its key.
    ///
    /// # Errors
    /// `Unavailable` or `Contended`: offer the same batch again, in order; what had its effect has no second one.
    pub async fn consume(&self, consumer: Consumer, batch: &[Envelope]) -> Result<Vec<HeldEvent>> {
        let steps = Steps::consuming(consumer, batch);
        let answer = steps.around(Box::pin(self.consume_batch(consumer, batch))).await;
        match &answer {
            Ok(held) => steps.fail(|event| held.iter().any(|held| held.id == event)),
            Err(_) => steps.fail(|_| true),
        }
        answer
    }

    async fn consume_batch(&self, consumer: Consumer, batch: &[Envelope]) -> Result<Vec<HeldEvent>> {
        let (ready, mut held) = hold_newer(consumer, batch);
        let answer = match retried(|| self.consume_once(consumer, &ready)).await {
            Err(cause @ (Error::Refused(_) | Error::Broken(_))) => {
                tracing::warn!(group = consumer.group(), error = ?cause, "batch failed; taking it one by one");
                self.consume_singly(consumer, &ready, &mut held).await
            }
            answer => answer,
        };
        self.notify_relay();
        answer.map(|()| held)
    }

    /// One transaction for each, so that one that fails harms nobody but its own aggregate.
    async fn consume_singly(&self, consumer: Consumer, batch: &[&Envelope], held: &mut Vec<HeldEvent>) -> Result<()> {
        let mut behind = Behind::default();
        for envelope in batch {
            if let Some(reason) = behind.reason(envelope) {
                held.push(HeldEvent { id: envelope.id, reason });
                continue;
            }
            match retried(|| self.consume_once(consumer, std::slice::from_ref(envelope))).await {
                Err(error) if error.is_final() => {
                    let reason = format!("{:#}", anyhow::Error::from(error));
                    self.dead_letter(consumer, envelope, &reason).await?;
                }
                Err(Error::Broken(cause)) => {
                    tracing::debug!(group = consumer.group(), topic = envelope.topic, id = %envelope.id, error = ?cause, "held");
                    held.push(behind.hold(envelope, format!("{cause:#}")));
                }
                answer => answer?,
            }
        }
        Ok(())
    }

    async fn consume_once(&self, consumer: Consumer, batch: &[&Envelope]) -> Result<()> {
        // Where nobody is told, nothing is to be remembered. Whoever is added after this look is told of what happens from
        // then on (`created_at`), which is read after it; and of nothing older, also when it is offered again.
        if consumer == Consumer::Webhooks && !self.store().has_endpoints().await? {
            return Ok(());
        }
        if consumer == Consumer::Notification
            && let Some(events) = of_orders_alone(batch)
        {
            return self.queue_order_mail(&events).await;
        }
        let mut tx = self.store().begin_keyed().await?;
        let ids: Vec<_> = batch.iter().map(|e| e.id).collect();
        let mut fresh: HashSet<_> = tx.remember_events(consumer, &ids, self.now()).await?.into_iter().collect();
        let mut events = Vec::with_capacity(fresh.len());
        let mut dead = Vec::new();
        for envelope in batch {
            if !fresh.remove(&envelope.id) || !is_for(consumer, envelope) {
                continue;
            }
            match decode(envelope) {
                Ok(event) => events.push((envelope.id, event)),
                Err(cause) => dead.push(self.dead_letter_of(consumer, envelope, &cause.to_string())),
            }
        }
        if !dead.is_empty() {
            tx.append_events(dead).await?;
        }
        match consumer {
            Consumer::Inventory => self.handle_inventory_events(&mut tx, &events).await?,
            Consumer::Orders => self.handle_order_events(&mut tx, &events).await?,
            Consumer::Notification => self.handle_notification_events(&mut tx, &events).await?,
            Consumer::Webhooks => self.handle_webhook_events(&mut tx, batch, &events).await?,
        }
        tx.commit().await?;
        if consumer == Consumer::Orders {
            self.notify_buyers(&events);
        }
        Ok(())
    }

    /// Remembers a message and puts it among the dead letters, also one that has no readable envelope at all.
    ///
    /// # Errors
    /// `Unavailable`, `Contended` or `Broken`: offer it again.
    pub async fn dead_letter(&self, consumer: Consumer, message: &Envelope, cause: &str) -> Result<()> {
        let mut tx = self.store().begin().await?;
        if !tx.remember_events(consumer, &[message.id], self.now()).await?.is_empty() {
            tx.append_event(self.dead_letter_of(consumer, message, cause)).await?;
        }
        tx.commit().await?;
        self.notify_relay();
        Ok(())
    }

    fn dead_letter_of(&self, consumer: Consumer, envelope: &Envelope, cause: &str) -> Envelope {
        tracing::error!(group = consumer.group(), topic = envelope.topic, id = %envelope.id, error = cause, "dead letter");
        let origin = [
            ("dlq_group", consumer.group().to_owned()),
            ("dlq_topic", envelope.topic.clone()),
            ("dlq_event_id", envelope.id.to_string()),
            ("dlq_reason", beginning(cause, HEADER_LIMIT)),
        ];
        let mut headers: Vec<_> = envelope
            .headers
            .iter()
            .take(HEADERS_LIMIT)
            .map(|(name, value)| (beginning(name, HEADER_LIMIT), beginning(value, HEADER_LIMIT)))
            .collect();
        headers.extend(origin.map(|(name, value)| (name.to_owned(), value)));
        Envelope {
            id: EventId(self.next_id()),
            topic: dead_letter_topic(&envelope.topic),
            key: beginning(&envelope.key, KEY_LIMIT),
            kind: beginning(&envelope.kind, KEY_LIMIT),
            occurred_at: self.now(),
            payload: envelope.payload.clone(),
            headers,
        }
    }
}

/// A replay is for the one group that could not read it.
fn is_for(consumer: Consumer, envelope: &Envelope) -> bool {
    envelope.header(REPLAY_FOR).is_none_or(|group| group == consumer.group())
}

/// The events of a batch whose mail is written from their orders alone; none: there are others among them.
fn of_orders_alone(batch: &[&Envelope]) -> Option<Vec<(EventId, Event)>> {
    let event = |envelope: &&Envelope| {
        let event = decode(envelope).ok().filter(|_| is_for(Consumer::Notification, envelope))?;
        needs_its_order_alone(&event).then_some((envelope.id, event))
    };
    batch.iter().map(event).collect()
}

/// Splits off what a later release wrote, and what comes behind it.
fn hold_newer(consumer: Consumer, batch: &[Envelope]) -> (Vec<&Envelope>, Vec<HeldEvent>) {
    let (mut ready, mut held, mut behind) = (Vec::with_capacity(batch.len()), Vec::new(), Behind::default());
    for envelope in batch {
        if let Some(reason) = behind.reason(envelope) {
            held.push(HeldEvent { id: envelope.id, reason });
        } else if is_for(consumer, envelope) && Event::is_newer(&envelope.kind) {
            held.push(behind.hold(envelope, format!("{} is newer than this release", envelope.kind)));
        } else {
            ready.push(envelope);
        }
    }
    (ready, held)
}

/// The aggregates of a batch whose later events have to wait.
#[derive(Default)]
struct Behind<'a>(HashSet<&'a str>);

impl<'a> Behind<'a> {
    fn hold(&mut self, envelope: &'a Envelope, reason: String) -> HeldEvent {
        self.0.insert(&envelope.key);
        HeldEvent { id: envelope.id, reason }
    }

    fn reason(&self, envelope: &Envelope) -> Option<String> {
        self.0.contains(envelope.key.as_str()).then(|| "an earlier event of its aggregate is held".to_owned())
    }
}

fn beginning(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}
