//! Sending: one is taken, signed, sent outside any transaction, and what came of it is written down. Whoever dies meanwhile is
//! overtaken, so a receiver may get the same twice, under the same id.

use futures::future::join_all;
use time::Duration;

use crate::domain::{Email, EndpointId, EndpointState, Standing, TriedOutcome, next_try};

use super::super::shop::retried;
use super::super::{Endpoints, Mails, Result, Shop, Store, Teams, Tx, mail_messages};
use super::ports::{LockedEndpoint, SettledWebhook, WebhookAnswer, WebhookJob, WebhookRequest};
use super::secret;

/// Longer than a request and what has to be written down of it can take.
const LEASE: Duration = Duration::seconds(60);

impl<S: Store> Shop<S> {
    /// Takes at most `most` of what is due: of each endpoint one at a time, and none of those that are `busy`.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn take_webhook_deliveries(&self, most: u32, busy: &[EndpointId]) -> Result<Vec<WebhookJob>> {
        let now = self.now();
        self.store().take_deliveries(most, busy, now, now.saturating_add(LEASE)).await
    }

    /// Sends what was taken, and writes down what came of it.
    ///
    /// # Errors
    /// When it cannot be written down: it is sent again when its time is over.
    pub async fn send_webhook(&self, job: &WebhookJob) -> Result<()> {
        let answer = self.webhook_sender().send(self.signed(job)?).await;
        retried(|| self.settle_once(job, &answer)).await
    }

    /// One round of what is due, at most `most`; answers how many were sent.
    ///
    /// # Errors
    /// The first one, after all were tried.
    pub async fn send_due_webhooks(&self, most: u32) -> Result<u32> {
        let jobs = self.take_webhook_deliveries(most, &[]).await?;
        let ended = join_all(jobs.iter().map(|job| self.send_webhook(job))).await;
        ended.into_iter().collect::<Result<Vec<()>>>()?;
        Ok(u32::try_from(jobs.len()).unwrap_or(u32::MAX))
    }

    fn signed(&self, job: &WebhookJob) -> Result<WebhookRequest> {
        let now = self.now();
        let (id, timestamp) = (job.event.to_string(), now.unix_timestamp());
        let content = format!("{id}.{timestamp}.{}", job.body);
        let key = &self.settings().secret_key;
        let signature = secret::signatures(key, job.endpoint, &job.secret, now, &content)?;
        Ok(WebhookRequest { url: job.url.clone(), id, timestamp, signature, body: job.body.clone() })
    }

    async fn settle_once(&self, job: &WebhookJob, answer: &WebhookAnswer) -> Result<()> {
        let (outcome, at) = (answer.outcome(), self.now());
        let mut tx = self.store().begin().await?;
        let Some(endpoint) = tx.lock_endpoint(job.endpoint).await? else { return Ok(()) };
        // What another address answered says nothing of how it stands with this one, which is asked at once.
        let has_moved = endpoint.url != job.url;
        // A try by hand is made once, and says nothing of how it stands with what happens.
        let again_at = match outcome {
            TriedOutcome::Failed | TriedOutcome::Gone if has_moved && !job.is_test() => Some(at),
            TriedOutcome::Failed if !job.is_test() => {
                next_try(job.first_tried_at, job.attempts, asked_to_wait(answer), self.chance(), at)
            }
            _ => None,
        };
        if !tx.settle_delivery(&SettledWebhook { job, outcome, again_at, answer, at }).await? {
            return Ok(());
        }
        let after = match has_moved || job.is_test() && outcome != TriedOutcome::Gone {
            true => endpoint.standing,
            false => endpoint.standing.after(outcome, job.taken_at, at),
        };
        if after != endpoint.standing {
            tx.save_standing(job.endpoint, after).await?;
        }
        if is_disabled(&endpoint, after) {
            self.queue_owners_mail(&mut tx, &endpoint, after.state).await?;
        }
        tx.commit().await?;
        log_end(job, answer, &endpoint, after);
        Ok(())
    }

    /// A letter to each owner, in the transaction that disables it: once each time.
    async fn queue_owners_mail(&self, tx: &mut S::Tx, endpoint: &LockedEndpoint, state: EndpointState) -> Result<()> {
        let (shop, owners) = (self.named_settings(), tx.owners().await?);
        let letter = |(name, to): (String, Email)| {
            let message = mail_messages::webhook_disabled(&shop, &name, (endpoint.id, endpoint.url.as_str()), state);
            self.new_mail(None, to, message)
        };
        let letters: Vec<_> = owners.into_iter().map(letter).collect();
        tx.queue_mail(&letters, self.now()).await
    }

    /// Of what is random in a new id.
    fn chance(&self) -> u16 {
        let [.., high, low] = self.next_id().into_bytes();
        u16::from_be_bytes([high, low])
    }
}

/// As long as whoever is too busy asks for.
fn asked_to_wait(answer: &WebhookAnswer) -> Option<Duration> {
    let is_busy = matches!(answer.status, Some(429 | 503));
    answer.retry_after.filter(|_| is_busy).map(|seconds| Duration::seconds(seconds.into()))
}

/// Nothing is sent there any more, and it was before.
fn is_disabled(endpoint: &LockedEndpoint, after: Standing) -> bool {
    after.state != endpoint.standing.state && matches!(after.state, EndpointState::Failing | EndpointState::Gone)
}

fn log_end(job: &WebhookJob, answer: &WebhookAnswer, endpoint: &LockedEndpoint, after: Standing) {
    let (status, attempts, topic) = (answer.status, job.attempts, job.topic.as_str());
    match answer.outcome() {
        TriedOutcome::Delivered => tracing::info!(endpoint.id = %job.endpoint, topic, attempts, "webhook delivered"),
        TriedOutcome::Failed | TriedOutcome::Gone => {
            tracing::warn!(endpoint.id = %job.endpoint, topic, attempts, status, "webhook not delivered");
        }
    }
    if is_disabled(endpoint, after) {
        tracing::error!(endpoint.id = %job.endpoint, state = after.state.as_str(), "an endpoint of webhooks is disabled");
    }
}
