//! Paying: the attempt is written down, the provider is asked outside any transaction, its answer is written down. Each is
//! one statement: it is told what an order of each status comes to, and finds the status under the order's lock.
//!
//! A second click or a process that comes back after a crash finds the started attempt and asks the provider under the
//! same name, so nothing is charged twice. An attempt that nobody comes back to is ended with the provider once its order
//! cannot be paid any more; until then the order is not given up. Money that arrives for an order cancelled meanwhile is
//! kept on record and a refund is opened.

use std::future::Future;

use time::{Duration, OffsetDateTime};

use crate::domain::{
    Envelope, Event, EventId, Money, OrderId, OrderPaid, OrderStatus, PaymentId, PaymentState, RefundId, Refusal,
    ReservationState, Step, next,
};

use super::super::shop::retried;
use super::super::{CartOwner, Charge, ChargeOutcome, Error, Result, SandboxOutcome, Shop, Store, encode};
use super::{OrderAccess, StartedPayment};

/// An attempt to pay that is about to be written down.
#[derive(Debug, Clone)]
pub struct NewPayment {
    pub id: PaymentId,
    pub order: OrderId,
    /// Whose the order must be; none: whoever's it is, since they brought its token.
    pub owner: Option<CartOwner>,
    pub provider: &'static str,
    /// What an order must be to be paid.
    pub payable: (Vec<OrderStatus>, ReservationState),
    pub at: OffsetDateTime,
}

/// An order that somebody wants to pay.
#[derive(Debug, Clone, Copy)]
pub struct OrderToPay {
    pub number: i64,
    pub status: OrderStatus,
    pub reservation: ReservationState,
    pub total: Money,
    /// The attempt that is open now, this one or one before it.
    pub payment: Option<PaymentId>,
}

/// How an attempt ended, and what that makes of its order.
#[derive(Debug, Clone)]
pub struct SettledPayment {
    pub id: PaymentId,
    pub order: OrderId,
    pub state: PaymentState,
    pub reference: Option<String>,
    /// From each status that it moves the order on from, to which. Then the history says `paid`, and the event is told.
    pub steps: Vec<(OrderStatus, OrderStatus)>,
    pub paid: (&'static str, Envelope),
    /// What the history says of an order that is not moved on, and the refund that is opened then.
    pub otherwise: (&'static str, Option<(RefundId, Money)>),
    pub at: OffsetDateTime,
}

pub trait OrderPaying {
    /// Writes the attempt down if the order can be paid and none is open; answers the order. None: there is no such order
    /// of theirs.
    fn start_payment(&self, attempt: &NewPayment) -> impl Future<Output = Result<Option<OrderToPay>>> + Send;

    /// Writes down how an attempt ended that has no end yet; false: there is no such order.
    fn settle_payment(&self, settled: &SettledPayment) -> impl Future<Output = Result<bool>> + Send;
}

/// Whoever started an attempt is done with it by then: the provider has 10 s to answer, a request 15.
const ATTEMPT: Duration = Duration::minutes(1);

impl<S: Store> Shop<S> {
    /// Pays an order. Paying what is paid already is no mistake.
    ///
    /// # Errors
    /// `NotFound`, `NotPayableYet`, `IllegalStep`, `PaymentDeclined`.
    pub async fn pay_order(
        &self,
        access: impl Into<OrderAccess> + Send,
        id: OrderId,
        sandbox: SandboxOutcome,
    ) -> Result<OrderId> {
        let access = access.into();
        let Some(started) = retried(|| self.start_payment(&access, id)).await? else { return Ok(id) };
        let StartedPayment { id: payment, amount, .. } = started;
        let answer = self.payments().charge(Charge { payment, order: id, amount, sandbox }).await?;
        retried(|| self.settle(started, &answer)).await?;
        self.notify_relay();
        match answer {
            ChargeOutcome::Approved { .. } => Ok(id),
            ChargeOutcome::Declined => Err(Refusal::PaymentDeclined.into()),
        }
    }

    /// The attempt to make, or none if the order is paid.
    async fn start_payment(&self, access: &OrderAccess, id: OrderId) -> Result<Option<StartedPayment>> {
        let payable = OrderStatus::ALL.into_iter().filter(|status| next(*status, Step::Pay).is_ok()).collect();
        let attempt = NewPayment {
            id: PaymentId(self.next_id()),
            order: id,
            owner: if self.has_token(access, id)? { None } else { Some(access.owner) },
            provider: self.payments().name(),
            payable: (payable, ReservationState::Reserved),
            at: self.now(),
        };
        let order = self.store().start_payment(&attempt).await?.ok_or(Refusal::NotFound)?;
        if order.status == OrderStatus::Paid {
            return Ok(None);
        }
        next(order.status, Step::Pay)?;
        if order.reservation != ReservationState::Reserved {
            return Err(Refusal::NotPayableYet.into());
        }
        let another = || Error::Contended(anyhow::anyhow!("another attempt began at the same time"));
        let payment = order.payment.ok_or_else(another)?;
        Ok(Some(StartedPayment { id: payment, order: id, number: order.number, amount: order.total }))
    }

    /// Ends attempts whose answer was lost, of orders that nobody can pay any more, at most so many; answers how many. What
    /// was approved pays the order if it still can be paid, and is refunded if not.
    ///
    /// # Errors
    /// The first one, after all were tried: what could not be ended now is tried again.
    pub async fn settle_abandoned_payments(&self, most: u32) -> Result<u32> {
        let now = self.now();
        let abandoned = self.store().abandoned_payments(now.saturating_sub(ATTEMPT), now, most).await?;
        let (mut settled, mut failed) = (0, None);
        for attempt in abandoned {
            match self.settle_abandoned(attempt).await {
                Ok(()) => settled += 1,
                Err(cause) => failed = failed.or(Some(cause)),
            }
        }
        if settled > 0 {
            self.notify_relay();
        }
        failed.map_or(Ok(settled), Err)
    }

    async fn settle_abandoned(&self, started: StartedPayment) -> Result<()> {
        let StartedPayment { id, order, .. } = started;
        let answer = self.payments().void_charge(id).await?;
        tracing::info!(payment.id = %id, order.id = %order, ?answer, "an abandoned payment was looked up");
        retried(|| self.settle(started, &answer)).await
    }

    async fn settle(&self, started: StartedPayment, answer: &ChargeOutcome) -> Result<()> {
        let StartedPayment { id, order, number, amount } = started;
        let at = self.now();
        let (state, reference, steps, otherwise) = match answer {
            ChargeOutcome::Approved { reference } => {
                let step = |from: OrderStatus| Some((from, next(from, Step::Pay).ok()?));
                let steps = OrderStatus::ALL.into_iter().filter_map(step).collect();
                let refund = (RefundId(self.next_id()), amount);
                (PaymentState::Approved, Some(reference.clone()), steps, ("refund_opened", Some(refund)))
            }
            ChargeOutcome::Declined => (PaymentState::Declined, None, Vec::new(), ("payment_declined", None)),
        };
        let paid = Event::OrderPaid(OrderPaid { order_id: order, number, total: amount });
        let paid = ("paid", encode(EventId(self.next_id()), &paid, at)?);
        let settled = SettledPayment { id, order, state, reference, steps, paid, otherwise, at };
        if self.store().settle_payment(&settled).await? { Ok(()) } else { Err(Refusal::NotFound.into()) }
    }
}
