//! Outgoing webhooks: endpoints, which are addresses of other programs that are told what happens here. Staff add and remove
//! them; `consumer` makes deliveries of events, `send` sends them. (`webhooks` is what payment providers tell us.)

mod consumer;
mod ports;
mod secret;
mod send;

use serde_json::json;

use crate::domain::{
    ChosenEvents, EndpointId, EndpointState, EndpointUrl, EventId, FieldReader, Fields, May, Problem, Reach, Refusal,
    Standing, TEST_TOPIC, permit,
};
use crate::dto::{EndpointList, EndpointView};

use super::audit::Change;
use super::shop::retried;
use super::{Result, Shop, Store, Tx};

pub use ports::{
    EndpointViews, Endpoints, LockedEndpoint, NewEndpoint, NewWebhookDelivery, SecretVersion, SettledWebhook,
    WebhookAnswer, WebhookJob, WebhookQueue, WebhookRequest, WebhookSender,
};

/// More endpoints would be more work for each event than a shop has use for. A worker sends to all of them at once.
pub const MOST_ENDPOINTS: u32 = 20;
/// How many deliveries a page shows.
const PER_PAGE: u32 = 50;

impl<S: Store> Shop<S> {
    /// All endpoints.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn endpoints(&self, _by: May<permit::Webhooks>) -> Result<EndpointList> {
        Ok(EndpointList { endpoints: self.store().endpoints().await? })
    }

    /// One endpoint, with what it was told before this position.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn endpoint(
        &self,
        _by: May<permit::Webhooks>,
        id: EndpointId,
        before: Option<i64>,
    ) -> Result<EndpointView> {
        let found = self.store().endpoint(id, before, PER_PAGE.saturating_add(1)).await?;
        let (endpoint, mut deliveries) = found.ok_or(Refusal::NotFound)?;
        let has_more = deliveries.len() > PER_PAGE as usize;
        deliveries.truncate(PER_PAGE as usize);
        let next = deliveries.last().map(|row| row.position).filter(|_| has_more);
        Ok(EndpointView { endpoint, deliveries, next })
    }

    /// Adds an endpoint of the address `url` that hears of each topic whose box `event-…` is ticked. Answers it, and its secret,
    /// which nobody is shown again.
    ///
    /// # Errors
    /// `Invalid` (url, events).
    pub async fn add_endpoint(&self, by: May<permit::Webhooks>, form: &Fields) -> Result<(EndpointId, String)> {
        let (url, events) = self.read_endpoint(form).await?;
        let endpoint = NewEndpoint { id: EndpointId(self.next_id()), url, events, at: self.now() };
        retried(|| async {
            let mut tx = self.store().begin().await?;
            if !tx.insert_endpoint(&endpoint, MOST_ENDPOINTS).await? {
                return Err(Refusal::field("url", Problem::TooMany { max: MOST_ENDPOINTS }).into());
            }
            let said = json!({ "url": endpoint.url, "events": endpoint.events.topics() });
            let change = Change::of("webhook.added", "webhook", endpoint.id).after(said);
            self.record(&mut tx, by, change).await?;
            tx.commit().await
        })
        .await?;
        Ok((endpoint.id, secret::signing_secret(&self.settings().secret_key, endpoint.id, 1)?))
    }

    /// Another address for an endpoint, or other events; what waits goes to the new one.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` (url, events).
    pub async fn change_endpoint(&self, by: May<permit::Webhooks>, id: EndpointId, form: &Fields) -> Result<()> {
        let (url, events) = self.read_endpoint(form).await?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let before = tx.lock_endpoint(id).await?.ok_or(Refusal::NotFound)?;
            if before.url == url.as_str() && before.events == events.topics() {
                return Ok(());
            }
            tx.save_endpoint(id, &url, &events).await?;
            let was = json!({ "url": before.url, "events": before.events });
            let is = json!({ "url": url, "events": events.topics() });
            self.record(&mut tx, by, Change::of("webhook.changed", "webhook", id).before(was).after(is)).await?;
            tx.commit().await
        })
        .await
    }

    /// The address, and the topics whose boxes `event-…` are ticked. A name is looked up where it may not lead inside.
    async fn read_endpoint(&self, form: &Fields) -> Result<(EndpointUrl, ChosenEvents)> {
        let sender = self.webhook_sender();
        let mut fields = FieldReader::default();
        let typed = form.get("url").map(String::as_str).unwrap_or_default();
        let url = fields.read("url", EndpointUrl::parse(typed, sender.reach()));
        let chosen = form.keys().filter_map(|name| name.strip_prefix("event-"));
        let events = fields.read("events", ChosenEvents::parse(chosen));
        let (url, events) = fields.finish(url.zip(events))?;
        if sender.reach() == Reach::Public && sender.leads_inside(&url).await {
            return Err(Refusal::field("url", Problem::PrivateAddress).into());
        }
        Ok((url, events))
    }

    /// Gives an endpoint a new secret, which nobody is shown again. The one before signs beside it for a day.
    ///
    /// # Errors
    /// `NotFound`, `TooManyTries` where that was done too often within a day.
    pub async fn rotate_endpoint_secret(&self, by: May<permit::Webhooks>, id: EndpointId) -> Result<String> {
        let number = retried(|| async {
            let mut tx = self.store().begin().await?;
            let endpoint = tx.lock_endpoint(id).await?.ok_or(Refusal::NotFound)?;
            let next = secret::rotated(&endpoint.secret, self.now())?;
            tx.save_secret_version(id, &next).await?;
            let change = Change::of("webhook.secret_rotated", "webhook", id).after(json!({ "number": next.number }));
            self.record(&mut tx, by, change).await?;
            tx.commit().await?;
            Ok(next.number)
        })
        .await?;
        secret::signing_secret(&self.settings().secret_key, id, number)
    }

    /// Pauses an endpoint, or sends to it again: also to one that was disabled. It begins anew, and so does what waits.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn switch_endpoint(&self, by: May<permit::Webhooks>, id: EndpointId, on: bool) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let before = tx.lock_endpoint(id).await?.ok_or(Refusal::NotFound)?.standing;
            let after = match on {
                true => Standing::ACTIVE,
                false => Standing { state: EndpointState::Paused, ..before },
            };
            if before.state == after.state {
                return Ok(());
            }
            tx.save_standing(id, after).await?;
            if on {
                tx.renew_deliveries(id, self.now()).await?;
            }
            let action = if on { "webhook.resumed" } else { "webhook.paused" };
            let state = |standing: Standing| json!({ "state": standing.state });
            let change = Change::of(action, "webhook", id).before(state(before)).after(state(after));
            self.record(&mut tx, by, change).await?;
            tx.commit().await
        })
        .await
    }

    /// Removes an endpoint: nothing is sent there any more, also nothing that waits.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn remove_endpoint(&self, by: May<permit::Webhooks>, id: EndpointId) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let endpoint = tx.lock_endpoint(id).await?.ok_or(Refusal::NotFound)?;
            tx.delete_endpoint(id).await?;
            let change = Change::of("webhook.removed", "webhook", id).before(json!({ "url": endpoint.url }));
            self.record(&mut tx, by, change).await?;
            tx.commit().await
        })
        .await
    }

    /// Sends a test event to an active endpoint, once.
    ///
    /// # Errors
    /// `NotFound`, also where nothing is sent.
    pub async fn test_endpoint(&self, by: May<permit::Webhooks>, id: EndpointId) -> Result<()> {
        let at = self.now();
        let (topic, data) = (TEST_TOPIC, json!({ "endpoint_id": id }));
        let body = consumer::body(topic, at, data)?;
        let told = NewWebhookDelivery { event: EventId(self.next_id()), topic, occurred_at: at, body };
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let endpoint = tx.lock_endpoint(id).await?.ok_or(Refusal::NotFound)?;
            if endpoint.standing.state != EndpointState::Active {
                return Err(Refusal::NotFound.into());
            }
            tx.queue_delivery(id, &told, at).await?;
            let change = Change::of("webhook.tested", "webhook", id).after(json!({ "event": told.event }));
            self.record(&mut tx, by, change).await?;
            tx.commit().await
        })
        .await
    }

    /// Sends a delivery again at once that waits or was given up; answers whose it is.
    ///
    /// # Errors
    /// `NotFound`, also for what was delivered, is just being sent, or goes where nothing is sent.
    pub async fn retry_webhook(&self, by: May<permit::Webhooks>, position: i64) -> Result<EndpointId> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let endpoint = tx.retry_delivery(position, self.now()).await?.ok_or(Refusal::NotFound)?;
            let change = Change::of("webhook.retried", "webhook", endpoint).after(json!({ "delivery": position }));
            self.record(&mut tx, by, change).await?;
            tx.commit().await?;
            Ok(endpoint)
        })
        .await
    }
}
