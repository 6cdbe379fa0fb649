//! What payment providers tell us by webhook: checked and stored as it comes, answered at once, and handled afterwards by a
//! task. Stored once by the provider's id of it, however often it comes; what it says is made true in any order. Of money that
//! went back the provider is asked, which may take long: payments do not wait behind that.

use std::future::Future;

use futures::future::join_all;
use time::{Duration, OffsetDateTime};

use super::traces::cause_of_now;
use super::{BadWebhook, Error, Payments, ProviderNews, Result, Shop, Store};

/// One that was checked.
#[derive(Debug, Clone, Copy)]
pub struct NewWebhook<'a> {
    pub provider: &'static str,
    pub event_id: &'a str,
    pub body: &'a str,
    /// It tells of money that went back.
    pub is_money_back: bool,
    pub at: OffsetDateTime,
    /// The step that takes it.
    pub traceparent: Option<&'a str>,
}

/// One that is to be handled.
#[derive(Debug, Clone)]
pub struct StoredWebhook {
    pub event_id: String,
    pub body: String,
    pub received_at: OffsetDateTime,
    /// The step that took it.
    pub traceparent: Option<String>,
}

/// What became of one.
enum WebhookOutcome {
    /// It is done with, and what there is to note of it.
    Done(Option<&'static str>),
    /// It tells of what the shop may only hear of later: it stays, and is due again.
    TooEarly,
}

/// A provider that does not answer takes 10 s of each question.
const AT_ONCE: u32 = 4;
/// So long money that goes back may be heard of before its payment is: providers repeat what was not heard for three days.
const WAITS_FOR_PAYMENT: Duration = Duration::days(3);

pub trait WebhookInbox {
    /// Stores it if it is not there yet.
    fn store_webhook(&self, webhook: NewWebhook<'_>) -> impl Future<Output = Result<()>> + Send;

    /// Takes what is due of this provider, of money that went back or of all else, the oldest first, so that nobody else does
    /// for a while; what is tried often waits longer.
    fn take_webhooks(
        &self,
        provider: &str,
        is_money_back: bool,
        now: OffsetDateTime,
        most: u32,
    ) -> impl Future<Output = Result<Vec<StoredWebhook>>> + Send;

    /// It is done with, and what there is to note of it; what it said is kept no longer.
    fn finish_webhook(
        &self,
        provider: &str,
        event_id: &str,
        note: Option<&str>,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Why a webhook was not stored.
#[derive(Debug)]
pub enum WebhookError {
    /// There is no such provider here.
    UnknownProvider,
    Bad(BadWebhook),
    Failed(Error),
}

impl<S: Store> Shop<S> {
    /// The header that has this provider's signatures; none: no provider of that name is connected.
    pub fn signature_header(&self, provider: &str) -> Option<&'static str> {
        self.provider(provider).map(Payments::signature_header)
    }

    /// Takes a webhook as it came.
    ///
    /// # Errors
    /// Why it is not taken, or could not be stored; then the provider sends it again.
    pub async fn receive_webhook(
        &self,
        provider: &str,
        signature: Option<&str>,
        body: &str,
    ) -> std::result::Result<(), WebhookError> {
        let provider = self.provider(provider).ok_or(WebhookError::UnknownProvider)?;
        let at = self.now();
        let event_id = provider.check_webhook(signature, body, at).map_err(WebhookError::Bad)?;
        let is_money_back = matches!(provider.read_webhook(body), Ok(Some(ProviderNews::MoneyBack { .. })));
        let (traceparent, provider) = (cause_of_now(), provider.name());
        let traceparent = traceparent.as_deref();
        let webhook = NewWebhook { provider, event_id: &event_id, body, is_money_back, at, traceparent };
        self.store().store_webhook(webhook).await.map_err(WebhookError::Failed)?;
        if !is_money_back {
            self.notify_webhooks();
        }
        Ok(())
    }

    /// Handles webhooks that are due, payments first, at most so many of them, and then of money that went back; answers how
    /// many it was done with.
    ///
    /// # Errors
    /// The first one, after all were tried: what could not be done now is tried again.
    pub async fn handle_webhooks(&self, most: u32) -> Result<u32> {
        let payments = self.handle_payment_webhooks(most).await;
        let mut done = 0;
        for _ in 0..most.div_ceil(AT_ONCE) {
            match self.handle_money_back_webhooks().await? {
                0 => break,
                some => done += some,
            }
        }
        Ok(payments? + done)
    }

    /// Handles webhooks of payments that are due, at most so many; answers how many it was done with. No provider is asked
    /// about them.
    ///
    /// # Errors
    /// The first one, after all were tried.
    pub async fn handle_payment_webhooks(&self, most: u32) -> Result<u32> {
        let (mut done, mut failed) = (0, None);
        for provider in self.providers() {
            for webhook in self.store().take_webhooks(provider, false, self.now(), most).await? {
                match self.handle_webhook(provider, &webhook).await {
                    Ok(is_done) => done += u32::from(is_done),
                    Err(cause) => failed = failed.or(Some(cause)),
                }
            }
        }
        failed.map_or(Ok(done), Err)
    }

    /// Handles webhooks of money that went back that are due, a few at once; answers how many it was done with.
    ///
    /// # Errors
    /// The first one, after all were tried.
    pub async fn handle_money_back_webhooks(&self) -> Result<u32> {
        let (mut done, mut failed) = (0, None);
        for provider in self.providers() {
            let taken = self.store().take_webhooks(provider, true, self.now(), AT_ONCE).await?;
            for answer in join_all(taken.iter().map(|webhook| self.handle_webhook(provider, webhook))).await {
                match answer {
                    Ok(is_done) => done += u32::from(is_done),
                    Err(cause) => failed = failed.or(Some(cause)),
                }
            }
        }
        failed.map_or(Ok(done), Err)
    }

    /// Whether it was done with.
    async fn handle_webhook(&self, provider: &str, webhook: &StoredWebhook) -> Result<bool> {
        match self.apply_webhook(provider, webhook).await? {
            WebhookOutcome::TooEarly => Ok(false),
            WebhookOutcome::Done(note) => {
                self.store().finish_webhook(provider, &webhook.event_id, note, self.now()).await?;
                Ok(true)
            }
        }
    }

    async fn apply_webhook(&self, provider: &str, webhook: &StoredWebhook) -> Result<WebhookOutcome> {
        let Some(from) = self.provider(provider) else { return Ok(WebhookOutcome::Done(None)) };
        let is_ours = match from.read_webhook(&webhook.body) {
            Ok(Some(ProviderNews::Payment(news))) => {
                self.apply_payment_news(provider, &news, webhook.traceparent.as_deref()).await?
            }
            Ok(Some(ProviderNews::MoneyBack { reference })) => {
                let is_ours = self.record_money_back(provider, &reference).await?;
                // A payment has its name only once it is settled, and webhooks come in any order.
                if !is_ours && self.now() - webhook.received_at < WAITS_FOR_PAYMENT {
                    return Ok(WebhookOutcome::TooEarly);
                }
                is_ours
            }
            Ok(None) => return Ok(WebhookOutcome::Done(Some("nothing to act on"))),
            Err(problem) => {
                tracing::warn!(event.id = webhook.event_id, %problem, "a webhook makes no sense");
                return Ok(WebhookOutcome::Done(Some("makes no sense")));
            }
        };
        Ok(WebhookOutcome::Done((!is_ours).then_some("of no payment of this shop")))
    }
}
