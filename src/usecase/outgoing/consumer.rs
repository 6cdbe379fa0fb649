//! The webhooks consumer: what happened becomes a delivery for each endpoint that listens to it, in the same transaction, once
//! per endpoint and event.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;

use crate::domain::{Envelope, Event, EventId, WebhookEvent};

use super::super::{Endpoints, Error, Result, Shop, Store};
use super::ports::NewWebhookDelivery;

/// What a receiver reads.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    topic: &'a str,
    #[serde(with = "time::serde::rfc3339")]
    timestamp: OffsetDateTime,
    data: Value,
}

/// The text that is sent and signed.
pub(super) fn body(topic: &str, timestamp: OffsetDateTime, data: Value) -> Result<String> {
    serde_json::to_string(&Body { topic, timestamp, data }).map_err(|cause| Error::Broken(cause.into()))
}

/// What is told of an event: all that it carries, which is ids and amounts. Who adds an event says here what others may know
/// of it.
fn data(event: WebhookEvent<'_>) -> serde_json::Result<Value> {
    match event {
        WebhookEvent::OrderCreated(e) => serde_json::to_value(e),
        WebhookEvent::OrderPaid(e) => serde_json::to_value(e),
        WebhookEvent::OrderCancelled(e) => serde_json::to_value(e),
        WebhookEvent::ShipmentCreated(e) => serde_json::to_value(e),
        WebhookEvent::OrderShipped(e) => serde_json::to_value(e),
        WebhookEvent::OrderCompleted(e) => serde_json::to_value(e),
        WebhookEvent::OrderRefunded(e) => serde_json::to_value(e),
        WebhookEvent::UserRegistered(e) => serde_json::to_value(e),
    }
}

impl<S: Store> Shop<S> {
    pub(in super::super) async fn handle_webhook_events(
        &self,
        tx: &mut S::Tx,
        batch: &[&Envelope],
        events: &[(EventId, Event)],
    ) -> Result<()> {
        let times: HashMap<_, _> = batch.iter().map(|envelope| (envelope.id, envelope.occurred_at)).collect();
        let mut told = Vec::with_capacity(events.len());
        for (id, event) in events {
            let (Some(seen), Some(occurred_at)) = (WebhookEvent::of(event), times.get(id).copied()) else { continue };
            let data = data(seen).map_err(|cause| Error::Broken(cause.into()))?;
            let topic = event.topic();
            told.push(NewWebhookDelivery { event: *id, topic, occurred_at, body: body(topic, occurred_at, data)? });
        }
        if told.is_empty() {
            return Ok(());
        }
        tx.queue_deliveries(&told, self.now()).await
    }
}
