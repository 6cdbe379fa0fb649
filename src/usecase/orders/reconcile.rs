//! What became of attempts to pay: the shopper comes back, a webhook tells of one, or the shop asks. All of them end in
//! `settle`.

use futures::future::join_all;
use time::Duration;
use tracing::{Instrument as _, Span};

use crate::domain::{OrderId, PaymentId, PaymentState, Refusal};

use super::super::shop::retried;
use super::super::traces::{cause_of_now, fail_step, payment_step};
use super::super::{ChargeOutcome, PaymentNews, Result, Shop, Store};
use super::StartedPayment;

/// Whoever began an attempt is done with it by then: the provider has 10 s to answer, a request 15.
const FIRST_LOOK: Duration = Duration::minutes(1);
/// A provider that does not answer takes 10 s of each.
const AT_ONCE: usize = 4;
/// Whoever comes back more often than this is shown what the books say.
const BETWEEN_RETURNS: Duration = Duration::seconds(2);

/// What becomes of an attempt to pay an order that costs nothing: no provider is asked.
pub(super) fn nothing_to_pay(started: &StartedPayment) -> ChargeOutcome {
    ChargeOutcome::Approved { reference: format!("free-{}", started.id), received: started.amount }
}

impl<S: Store> Shop<S> {
    /// The shopper comes back from the provider's page: what they did there is made true. Whoever asks, it is the provider
    /// who says what is true; it is asked once in two seconds at most, however often somebody comes,
    /// and again when they have gone back to its page by the order's.
    ///
    /// # Errors
    /// `NotFound` where the order has no such attempt, `Unavailable`.
    pub async fn return_from_payment(&self, order: OrderId, payment: PaymentId) -> Result<()> {
        let found = self.store().started_payment(payment).await?.filter(|started| started.order == order);
        let started = found.ok_or(Refusal::NotFound)?;
        if started.state != PaymentState::Started {
            return Ok(());
        }
        if !self.store().may_ask(payment, self.now(), BETWEEN_RETURNS).await? {
            return Ok(());
        }
        let answer = self.provider_of(&started)?.look_up(self.attempt(&started)).await?;
        self.settle_outcome(&started, &answer, cause_of_now().as_deref()).await
    }

    /// A webhook of this provider, which this step took, told of an attempt; false: of none of its own.
    ///
    /// # Errors
    /// `Unavailable`, `Contended` or `Broken`.
    pub(in super::super) async fn apply_payment_news(
        &self,
        provider: &str,
        news: &PaymentNews,
        heard: Option<&str>,
    ) -> Result<bool> {
        let found = self.store().started_payment(news.payment).await?;
        let Some(started) = found.filter(|started| started.provider == provider) else { return Ok(false) };
        self.settle_outcome(&started, &news.outcome, heard).await?;
        Ok(true)
    }

    /// Asks the provider about attempts without an end, at most so many; answers how many it gave an end. Those of orders
    /// that nobody can pay any more are ended with the provider; what was approved by then pays the order if it still can be
    /// paid, and is refunded if not. The others are asked about after a minute, and then with growing pauses.
    ///
    /// # Errors
    /// The first one, after all were tried: what could not be ended now is tried again.
    pub async fn reconcile_payments(&self, most: u32) -> Result<u32> {
        let due = self.store().payments_to_look_up(&self.providers(), self.now(), FIRST_LOOK, most).await?;
        let (mut settled, mut failed) = (0, None);
        for some in due.chunks(AT_ONCE) {
            for answer in join_all(some.iter().map(|started| self.reconcile(started))).await {
                match answer {
                    Ok(has_ended) => settled += u32::from(has_ended),
                    Err(cause) => failed = failed.or(Some(cause)),
                }
            }
        }
        failed.map_or(Ok(settled), Err)
    }

    async fn reconcile(&self, started: &StartedPayment) -> Result<bool> {
        // Before it is asked: who cannot answer now is not asked again at once.
        self.store().note_look(started.id, self.now()).await?;
        let (provider, attempt) = (self.provider_of(started)?, self.attempt(started));
        let answer = match started.is_over {
            true => provider.expire(attempt).await?,
            // Whoever began it died before they wrote down that it is paid.
            false if started.amount.is_zero() => nothing_to_pay(started),
            false => provider.look_up(attempt).await?,
        };
        tracing::info!(payment.id = %started.id, order.id = %started.order, ?answer, "a payment was looked up");
        self.settle_outcome(started, &answer, None).await?;
        Ok(answer != ChargeOutcome::Open)
    }

    /// `heard`: the step that heard of it.
    async fn settle_outcome(
        &self,
        started: &StartedPayment,
        answer: &ChargeOutcome,
        heard: Option<&str>,
    ) -> Result<()> {
        let step = match answer {
            ChargeOutcome::Open => Span::none(),
            _ => payment_step(started.id, started.order, started.traceparent.as_deref(), heard),
        };
        let settled = retried(|| self.settle(started, answer)).instrument(step.clone()).await;
        if settled.is_err() {
            fail_step(&step);
        }
        settled?;
        self.notify_relay();
        Ok(())
    }
}
