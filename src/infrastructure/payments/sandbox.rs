//! The sandbox: a payment provider with a page of its own that answers what it is told to, as test cards do, and signed
//! webhooks. No money moves.
//!
//! Like any provider it remembers what it answered, outside the shop's transactions: the first answer to a payment holds,
//! whatever process asks again. Only money that comes late comes whatever was said before.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{Money, PaymentId};
use crate::usecase::{
    Attempt, BadWebhook, BoxFuture, ChargeOutcome, Checkout, Clock as _, Error, PaymentNews, Payments, ProviderNews,
    RefundOutcome, RefundRequest, Result, SandboxOutcome, Settings,
};

use super::super::clock::SystemClock;
use super::super::postgres::{NewsKind, PgStore, SandboxCheckout, SandboxNews};
use super::signature::{check, sign};

const SIGNATURE: &str = "sandbox-signature";

#[derive(Clone)]
pub struct SandboxPayments {
    memory: PgStore,
    /// Where the shop is reached, and its page with it.
    base_url: String,
    secret: Arc<[u8]>,
    http: reqwest::Client,
}

/// What somebody does on the sandbox's page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SandboxAnswer {
    Approve,
    Decline,
    /// The money comes that much later, whatever happens meanwhile.
    ApproveLater(Duration),
}

/// How the shop is to hear of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SandboxDelivery {
    /// How often each piece of news is sent, 1 to 5.
    pub times: u8,
    pub delay: Duration,
    /// The last news comes first.
    pub reordered: bool,
}

impl Default for SandboxDelivery {
    fn default() -> Self {
        Self { times: 1, delay: Duration::ZERO, reordered: false }
    }
}

/// A webhook's body.
#[derive(Debug, Serialize, Deserialize)]
struct News {
    id: String,
    kind: String,
    payment: PaymentId,
    amount: Money,
}

impl SandboxPayments {
    /// # Errors
    /// `Broken`, which cannot come: nothing of the shop's settings can be wrong for it.
    pub fn new(memory: PgStore, settings: &Settings) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(10)).build();
        let secret = settings.secret_key.derived("webhooks of the sandbox")?.into();
        let http = http.context("the HTTP client").map_err(Error::Broken)?;
        Ok(Self { memory, base_url: settings.base_url.clone(), secret, http })
    }

    /// The page of a payment; none: there is none.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn checkout(&self, payment: PaymentId) -> Result<Option<SandboxCheckout>> {
        self.memory.sandbox_checkout(payment).await
    }

    /// Does what somebody said on the page, if nothing was said before, and owes the shop the news.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn answer(&self, payment: PaymentId, answer: SandboxAnswer, how: SandboxDelivery) -> Result<()> {
        let (outcome, end) = match answer {
            SandboxAnswer::ApproveLater(after) => (NewsKind::Approved, how.delay.saturating_add(after)),
            SandboxAnswer::Approve => {
                (self.memory.first_sandbox_outcome(payment, NewsKind::Approved).await?, how.delay)
            }
            SandboxAnswer::Decline => {
                (self.memory.first_sandbox_outcome(payment, NewsKind::Declined).await?, how.delay)
            }
        };
        let pending = if how.reordered { end.saturating_add(Duration::from_secs(2)) } else { how.delay };
        self.memory.owe_sandbox_news(payment, NewsKind::Pending, how.times, pending).await?;
        self.memory.owe_sandbox_news(payment, outcome, how.times, end).await
    }

    /// Sends the shop the news that are due, at most so many, each until it is taken; answers how many were.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`, of its memory: a shop that does not answer is asked again.
    pub async fn send_news(&self, most: u32) -> Result<u32> {
        let mut sent = 0;
        for news in self.memory.take_sandbox_news(most).await? {
            let taken = self.send(&news).await;
            if let Err(cause) = &taken {
                tracing::warn!(payment.id = %news.payment, error = format!("{cause:#}"), "a webhook of the sandbox was not taken");
            }
            self.memory.finish_sandbox_news(news.id, taken.is_ok()).await?;
            sent += u32::from(taken.is_ok());
        }
        Ok(sent)
    }

    async fn send(&self, news: &SandboxNews) -> anyhow::Result<()> {
        let (id, kind) = (news.id.to_string(), news.kind.as_str().to_owned());
        let body = serde_json::to_string(&News { id, kind, payment: news.payment, amount: news.amount })?;
        let signature = sign(&self.secret, SystemClock.now(), &body);
        let url = format!("{}/webhooks/sandbox", self.base_url);
        let request = self.http.post(url).header(SIGNATURE, signature).header("content-type", "application/json");
        let answer = request.body(body).send().await.context("the shop does not answer")?;
        anyhow::ensure!(answer.status().is_success(), "the shop answered {}", answer.status());
        Ok(())
    }

    async fn first(&self, attempt: &Attempt, wanted: NewsKind) -> Result<ChargeOutcome> {
        let outcome = self.memory.first_sandbox_outcome(attempt.payment, wanted).await?;
        Ok(outcome_of(outcome, attempt.payment, attempt.amount))
    }

    async fn open(&self, attempt: Attempt) -> Result<Checkout> {
        let page = SandboxCheckout {
            label: format!("Order {}", attempt.number),
            amount: attempt.amount,
            return_url: attempt.return_url,
            is_answered: false,
        };
        self.memory.open_sandbox_checkout(attempt.payment, &page).await?;
        let id = attempt.payment.to_string();
        Ok(Checkout { url: format!("{}/sandbox/{id}", self.base_url), id })
    }

    async fn said(&self, attempt: Attempt) -> Result<ChargeOutcome> {
        let outcome = self.memory.sandbox_outcome(attempt.payment).await?;
        Ok(outcome.map_or(ChargeOutcome::Open, |said| outcome_of(said, attempt.payment, attempt.amount)))
    }
}

fn outcome_of(said: NewsKind, payment: PaymentId, received: Money) -> ChargeOutcome {
    match said {
        NewsKind::Pending => ChargeOutcome::Open,
        NewsKind::Approved => ChargeOutcome::Approved { reference: format!("sandbox-{payment}"), received },
        NewsKind::Declined => ChargeOutcome::Declined,
        NewsKind::Expired => ChargeOutcome::Expired,
    }
}

impl Payments for SandboxPayments {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn is_sandbox(&self) -> bool {
        true
    }

    fn begin(&self, attempt: Attempt) -> BoxFuture<'_, Result<Checkout>> {
        Box::pin(self.open(attempt))
    }

    fn charge(&self, attempt: Attempt, told: SandboxOutcome) -> BoxFuture<'_, Result<ChargeOutcome>> {
        let wanted = match told {
            SandboxOutcome::Approve => NewsKind::Approved,
            SandboxOutcome::Decline => NewsKind::Declined,
        };
        Box::pin(async move { self.first(&attempt, wanted).await })
    }

    fn look_up(&self, attempt: Attempt) -> BoxFuture<'_, Result<ChargeOutcome>> {
        Box::pin(self.said(attempt))
    }

    fn expire(&self, attempt: Attempt) -> BoxFuture<'_, Result<ChargeOutcome>> {
        Box::pin(async move { self.first(&attempt, NewsKind::Expired).await })
    }

    fn refund(&self, request: RefundRequest) -> BoxFuture<'_, Result<RefundOutcome>> {
        Box::pin(async move {
            Ok(match self.memory.first_sandbox_refund(&request).await? {
                true => RefundOutcome::Done { reference: format!("sandbox-{}", request.refund) },
                false => RefundOutcome::Refused,
            })
        })
    }

    fn signature_header(&self) -> &'static str {
        SIGNATURE
    }

    fn check_webhook(
        &self,
        signature: Option<&str>,
        body: &str,
        now: OffsetDateTime,
    ) -> std::result::Result<String, BadWebhook> {
        check(&self.secret, signature, body, now)?;
        let news: News = serde_json::from_str(body).map_err(|_| BadWebhook::Malformed)?;
        Ok(news.id)
    }

    fn read_webhook(&self, body: &str) -> std::result::Result<Option<ProviderNews>, BadWebhook> {
        let news: News = serde_json::from_str(body).map_err(|_| BadWebhook::Malformed)?;
        let kind = NewsKind::parse(&news.kind).ok_or(BadWebhook::Malformed)?;
        let outcome = outcome_of(kind, news.payment, news.amount);
        let news = ProviderNews::Payment(PaymentNews { payment: news.payment, outcome: outcome.clone() });
        Ok((outcome != ChargeOutcome::Open).then_some(news))
    }
}
