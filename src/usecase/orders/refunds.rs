//! Giving money back: a refund is opened in the transaction that decides it, and carried out afterwards, until the provider
//! answers.
//!
//! The provider is asked outside any transaction and by the refund's id, so that it gives back once, whoever asks and
//! whatever dies meanwhile; what it answered is written down once, under the order's lock.

use std::future::Future;

use time::{Duration, OffsetDateTime};

use crate::domain::{Event, Money, OrderId, OrderRefunded, PaymentId, RefundId, RefundState, Refusal};

use super::super::shop::retried;
use super::super::{RefundOutcome, RefundRequest, Result, Shop, Store, Tx, backoff};
use super::{OrderChange, Orders, unchanged};

/// A refund that somebody has taken to carry it out.
#[derive(Debug, Clone)]
pub struct DueRefund {
    pub id: RefundId,
    pub payment: PaymentId,
    /// The provider's name for the payment.
    pub reference: String,
    pub order: OrderId,
    pub number: i64,
    pub amount: Money,
    /// This one included.
    pub attempts: u32,
}

/// How a refund ended.
#[derive(Debug, Clone)]
pub struct SettledRefund {
    pub id: RefundId,
    pub payment: PaymentId,
    pub state: RefundState,
    pub reference: Option<String>,
}

/// The queue of opened refunds. Each is one statement.
pub trait RefundQueue {
    /// Takes opened refunds of this provider's payments that are due, the longest due first: they are due again at `until`.
    fn take_refunds(
        &self,
        provider: &'static str,
        most: u32,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<DueRefund>>> + Send;

    fn put_off_refund(&self, id: RefundId, until: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;
}

pub trait Refunds {
    /// Opens a refund of the whole payment, unless it has one.
    fn insert_refund(
        &mut self,
        id: RefundId,
        payment: PaymentId,
        amount: Money,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Writes down how a refund of a locked order ended; false: it was written down before.
    fn settle_refund(
        &mut self,
        settled: &SettledRefund,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<bool>> + Send;
}

/// Whoever took refunds is done with them by then: so many, and the provider has 10 s for each.
const MOST: u32 = 10;
const TAKEN: Duration = Duration::minutes(2);
const FIRST_PAUSE: std::time::Duration = std::time::Duration::from_secs(10);
const LONGEST_PAUSE: std::time::Duration = std::time::Duration::from_hours(1);

impl<S: Store> Shop<S> {
    /// Carries out opened refunds that are due, a few; answers how many have an end now. One that the provider does not
    /// answer to is tried again after a pause that grows.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`, when the database does not answer.
    pub async fn carry_out_refunds(&self) -> Result<u32> {
        let now = self.now();
        let due = self.store().take_refunds(self.payments().name(), MOST, now, now.saturating_add(TAKEN)).await?;
        let mut ended = 0;
        for refund in due {
            let request = RefundRequest {
                refund: refund.id,
                payment: refund.payment,
                reference: refund.reference.clone(),
                amount: refund.amount,
            };
            match self.payments().refund(request).await {
                Ok(outcome) => {
                    retried(|| self.settle_refund(&refund, &outcome)).await?;
                    ended += 1;
                }
                Err(cause) => {
                    let pause = backoff(FIRST_PAUSE, LONGEST_PAUSE).after(refund.attempts);
                    let cause = format!("{:#}", anyhow::Error::from(cause));
                    tracing::warn!(refund.id = %refund.id, order.id = %refund.order, ?pause, error = cause, "a refund waits");
                    self.store().put_off_refund(refund.id, self.now() + pause).await?;
                }
            }
        }
        if ended > 0 {
            self.notify_relay();
        }
        Ok(ended)
    }

    async fn settle_refund(&self, refund: &DueRefund, outcome: &RefundOutcome) -> Result<()> {
        let DueRefund { id, payment, order, number, amount, .. } = *refund;
        let (state, reference, entry) = match outcome {
            RefundOutcome::Done { reference } => (RefundState::Done, Some(reference.clone()), "refunded"),
            RefundOutcome::Refused => (RefundState::Failed, None, "refund_failed"),
        };
        let now = self.now();
        let mut tx = self.store().begin().await?;
        let order = tx.lock_orders(&[order]).await?.pop().ok_or(Refusal::NotFound)?;
        if !tx.settle_refund(&SettledRefund { id, payment, state, reference }, now).await? {
            return Ok(());
        }
        tx.save_orders(&[OrderChange { history: vec![entry], ..unchanged(&order, order.status) }], now).await?;
        if state == RefundState::Done {
            let refunded = OrderRefunded { order_id: order.id, number, refund_id: id, payment_id: payment, amount };
            self.append_event(&mut tx, Event::OrderRefunded(refunded)).await?;
        } else {
            tracing::error!(refund.id = %id, order.id = %order.id, "the provider does not give a refund back");
        }
        tx.commit().await
    }
}
