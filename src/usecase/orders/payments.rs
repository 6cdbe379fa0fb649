//! Paying: the attempt is written down, the provider is asked outside any transaction, its answer is written down. Each is
//! one statement: it is told what an order of each status comes to, and finds the status under the order's lock.
//!
//! A second click or a process that comes back after a crash finds the started attempt and asks the provider under the
//! same name, so nothing is charged twice. However the answer comes (at once, by the shopper's return, a webhook, or because
//! the shop asked), it goes through `settle`, and through there once: what was approved stays approved, and what comes
//! again changes nothing. Money that does not pay its order is kept on record and a refund is opened.

use std::future::Future;

use rust_decimal::Decimal;
use time::{Duration, OffsetDateTime};
use tokio::time::sleep;

use crate::domain::{
    Currency, Envelope, Money, OrderId, OrderStatus, PaymentFlaw, PaymentId, PaymentState, Problem, RefundId, Refusal,
    ReservationState, Step, next,
};

use super::super::shop::retried;
use super::super::traces::cause_of_now;
use super::super::{Attempt, CartOwner, ChargeOutcome, Checkout, Error, Payments, Result, SandboxOutcome, Shop, Store};
use super::reconcile::nothing_to_pay;
use super::{OpenElsewhere, OrderAccess, Refunds, StartedPayment};

/// An attempt to pay that is about to be written down.
#[derive(Debug, Clone)]
pub struct NewPayment {
    pub id: PaymentId,
    pub order: OrderId,
    /// Whose the order must be; none: whoever's it is, since they brought its token.
    pub owner: Option<CartOwner>,
    pub provider: &'static str,
    /// What an order must be to be paid. And its time must not be over.
    pub payable: (Vec<OrderStatus>, ReservationState),
    /// What amounts of this currency have to be multiples of for the provider.
    pub step: Option<(Currency, Decimal)>,
    pub at: OffsetDateTime,
    /// The step that begins it.
    pub traceparent: Option<String>,
}

/// How an attempt stands after somebody brought it an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentEnd {
    /// This end is its end; of money that does not pay, why.
    Settled(Option<PaymentFlaw>),
    /// It had one.
    HadOne,
    /// There is no such order.
    NoOrder,
}

/// An order that somebody wants to pay.
#[derive(Debug, Clone)]
pub struct OrderToPay {
    pub status: OrderStatus,
    pub reservation: ReservationState,
    pub total: Money,
    pub expires_at: OffsetDateTime,
    /// The attempt that is open now, this one or one before it; or the payment that paid it.
    pub payment: Option<StartedPayment>,
}

/// An order's payment as whoever pays is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPayment {
    pub order: OrderId,
    pub payment: PaymentId,
    pub state: PaymentState,
    pub amount: Money,
    /// Where to go and pay; none: there is nothing left to do.
    pub redirect_url: Option<String>,
}

/// How an attempt ended, and what that makes of its order.
#[derive(Debug, Clone)]
pub struct SettledPayment {
    pub id: PaymentId,
    pub order: OrderId,
    pub state: PaymentState,
    pub reference: Option<String>,
    /// What came in.
    pub received: Option<Money>,
    /// What an order of each status comes to by it: another status, or nothing, and why.
    pub steps: Vec<(OrderStatus, std::result::Result<OrderStatus, PaymentFlaw>)>,
    /// The event of an order that moves on.
    pub paid: Envelope,
    /// The refund of money that does not pay.
    pub refund: RefundId,
    /// What the history says of an attempt without money.
    pub without_money: &'static str,
    pub at: OffsetDateTime,
}

pub trait OrderPaying {
    /// Writes the attempt down if the order can be paid, its time is not over, the provider takes such an amount and no
    /// attempt is open; answers the order.
    /// None: there is no such order of theirs.
    fn start_payment(&self, attempt: &NewPayment) -> impl Future<Output = Result<Option<OrderToPay>>> + Send;

    /// Keeps where the shopper is sent.
    fn keep_checkout(&self, id: PaymentId, checkout: &Checkout) -> impl Future<Output = Result<()>> + Send;

    /// Writes down how an attempt ended: that of one without an end, and money of one that had ended without. Whatever else
    /// comes changes nothing.
    fn settle_payment(&self, settled: &SettledPayment) -> impl Future<Output = Result<PaymentEnd>> + Send;

    /// The attempt; none: there is no such one.
    fn started_payment(&self, id: PaymentId) -> impl Future<Output = Result<Option<StartedPayment>>> + Send;

    /// Attempts without an end that one of these providers is to be asked about by `now`, the oldest first: `pause` after
    /// they began, then after pauses that grow to an hour, or as short ones as the first if nobody can pay their order any
    /// more.
    fn payments_to_look_up(
        &self,
        providers: &[&str],
        now: OffsetDateTime,
        pause: Duration,
        most: u32,
    ) -> impl Future<Output = Result<Vec<StartedPayment>>> + Send;

    /// Notes that the provider is asked about it now.
    fn note_look(&self, id: PaymentId, at: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;

    /// Whether the provider may be asked about it because somebody came back: nobody was for this pause. Then it is noted.
    fn may_ask(&self, id: PaymentId, at: OffsetDateTime, pause: Duration) -> impl Future<Output = Result<bool>> + Send;

    /// Whoever goes to the page again may come back at once: nobody was asked yet.
    fn forget_asking(&self, id: PaymentId) -> impl Future<Output = Result<()>> + Send;

    /// The payment that this provider calls so, and its order.
    fn payment_of_reference(
        &self,
        provider: &str,
        reference: &str,
    ) -> impl Future<Output = Result<Option<(OrderId, PaymentId)>>> + Send;

    /// What has no end of providers other than these; what is paid by hand has none.
    fn open_elsewhere(&self, providers: &[&str]) -> impl Future<Output = Result<Vec<OpenElsewhere>>> + Send;

    /// Attempts without an end of this provider, the oldest first.
    fn open_attempts(&self, provider: &str, most: u32) -> impl Future<Output = Result<Vec<StartedPayment>>> + Send;
}

impl<S: Store> Shop<S> {
    /// Where pages of the payment provider may lie, as a source of a content security policy; none: in the shop itself.
    pub fn payment_page_origin(&self) -> Option<&str> {
        self.payments().page_origin()
    }

    /// Begins to pay an order: answers where to go. A second call leads to the same place, and paying what is paid already is
    /// no mistake.
    ///
    /// # Errors
    /// `NotFound`, `NotPayableYet`, `PayTimeOver`, `IllegalStep`, `NotTakenOnline`, `Unavailable` while the provider does not
    /// answer.
    pub async fn begin_payment(&self, access: impl Into<OrderAccess> + Send, id: OrderId) -> Result<OrderPayment> {
        let (access, now) = (access.into(), self.now());
        loop {
            let (started, told) = self.attempt_to_make(&access, id).await?;
            if told.state == PaymentState::Approved {
                return Ok(told);
            }
            if started.amount.is_zero() {
                return self.pay_nothing(started, told).await;
            }
            if let Some(url) = self.page_of(&started).await? {
                return Ok(OrderPayment { redirect_url: Some(url), ..told });
            }
            // One that began earlier may only have been too old for the provider: another begins.
            if started.began_at >= now {
                return Err(self.not_taken_online().await);
            }
        }
    }

    /// Where the shopper is sent; none: the provider has no page for this attempt, which has ended by that.
    async fn page_of(&self, started: &StartedPayment) -> Result<Option<String>> {
        if let Some(url) = &started.checkout_url {
            self.store().forget_asking(started.id).await?;
            return Ok(Some(url.clone()));
        }
        match self.payments().begin(self.attempt(started)).await {
            Ok(checkout) => {
                retried(|| self.store().keep_checkout(started.id, &checkout)).await?;
                Ok(Some(checkout.url))
            }
            Err(Error::Refused(Refusal::NotTakenOnline { .. })) => {
                // Nobody has declined anything: nobody could pay.
                retried(|| self.settle(started, &ChargeOutcome::Expired)).await?;
                self.notify_relay();
                Ok(None)
            }
            Err(cause @ Error::Unavailable(_)) => self.page_of_another(started.id).await?.map(Some).ok_or(cause),
            Err(cause) => Err(cause),
        }
    }

    /// The page of this attempt that another request opens just now: a provider may answer one of two that ask at once.
    async fn page_of_another(&self, id: PaymentId) -> Result<Option<String>> {
        for pause in [0, 100, 200, 400, 800] {
            sleep(std::time::Duration::from_millis(pause)).await;
            let url = self.store().started_payment(id).await?.and_then(|started| started.checkout_url);
            if url.is_some() {
                return Ok(url);
            }
        }
        Ok(None)
    }

    /// That the provider of a payment counts what is to be given back of it; else it says no, and nobody has thought of it.
    pub(super) async fn check_counted(
        &self,
        tx: &mut S::Tx,
        payment: PaymentId,
        amount: Money,
        field: &str,
    ) -> Result<()> {
        let name = tx.provider_of_payment(payment).await?;
        match self.provider(&name).and_then(|provider| provider.step(amount.currency())) {
            Some(step) if !amount.is_multiple_of(step) => {
                Err(Refusal::field(field, Problem::NotCounted { step: step.to_string() }).into())
            }
            _ => Ok(()),
        }
    }

    /// Who cannot pay online is told how else they can.
    async fn not_taken_online(&self) -> Error {
        match self.terms().await {
            Ok(terms) => Refusal::NotTakenOnline { by_hand: terms.manual_payment.is_some() }.into(),
            Err(cause) => cause,
        }
    }

    /// Pays an order without going anywhere, as a provider for tests is told to.
    ///
    /// # Errors
    /// As `begin_payment`; `PaymentDeclined`; `PaymentNotAccepted`; `Invalid` with `outcome` where the provider takes real
    /// money.
    pub async fn pay_order(
        &self,
        access: impl Into<OrderAccess> + Send,
        id: OrderId,
        told: SandboxOutcome,
    ) -> Result<OrderPayment> {
        if !self.payments().is_sandbox() {
            return Err(Refusal::field("outcome", Problem::NotAChoice).into());
        }
        let access = access.into();
        let (started, payment) = self.attempt_to_make(&access, id).await?;
        if payment.state == PaymentState::Approved {
            return Ok(payment);
        }
        if started.amount.is_zero() {
            return self.pay_nothing(started, payment).await;
        }
        let answer = self.payments().charge(self.attempt(&started), told).await?;
        self.end_payment(&started, &answer, payment).await
    }

    /// An order that costs nothing is paid without a provider.
    async fn pay_nothing(&self, started: StartedPayment, payment: OrderPayment) -> Result<OrderPayment> {
        self.end_payment(&started, &nothing_to_pay(&started), payment).await
    }

    /// Makes the answer true, and tells whoever pays what became of their payment, which may be something else.
    async fn end_payment(
        &self,
        started: &StartedPayment,
        answer: &ChargeOutcome,
        payment: OrderPayment,
    ) -> Result<OrderPayment> {
        let (state, flaw) = retried(|| self.settle(started, answer)).await?;
        self.notify_relay();
        match (state, flaw) {
            (PaymentState::Approved, Some(flaw)) => Err(Refusal::PaymentNotAccepted { flaw }.into()),
            (PaymentState::Declined, _) => Err(Refusal::PaymentDeclined.into()),
            (PaymentState::Approved | PaymentState::Started, _) => Ok(OrderPayment { state, ..payment }),
        }
    }

    /// As `start_payment`. One that is open with a provider before the one of today is ended there first.
    async fn attempt_to_make(&self, access: &OrderAccess, id: OrderId) -> Result<(StartedPayment, OrderPayment)> {
        let (started, told) = retried(|| self.start_payment(access, id)).await?;
        if told.state != PaymentState::Started || started.provider == self.payments().name() {
            return Ok((started, told));
        }
        let answer = self.provider_of(&started)?.expire(self.attempt(&started)).await?;
        if answer == ChargeOutcome::Open {
            return Err(Error::Unavailable(anyhow::anyhow!("{} does not end an attempt", started.provider)));
        }
        retried(|| self.settle(&started, &answer)).await?;
        self.notify_relay();
        retried(|| self.start_payment(access, id)).await
    }

    /// The provider that an attempt began with.
    pub(super) fn provider_of(&self, started: &StartedPayment) -> Result<&dyn Payments> {
        let gone = || Error::Unavailable(anyhow::anyhow!("{} is not connected any more", started.provider));
        self.provider(&started.provider).ok_or_else(gone)
    }

    /// The attempt to make, or the payment that paid the order.
    async fn start_payment(&self, access: &OrderAccess, id: OrderId) -> Result<(StartedPayment, OrderPayment)> {
        let payable = OrderStatus::ALL.into_iter().filter(|status| next(*status, Step::Pay).is_ok()).collect();
        let attempt = NewPayment {
            id: PaymentId(self.next_id()),
            order: id,
            owner: if self.has_token(access, id)? { None } else { Some(access.owner) },
            provider: self.payments().name(),
            payable: (payable, ReservationState::Reserved),
            step: self.payments().step(self.currency()).map(|step| (self.currency(), step)),
            at: self.now(),
            traceparent: cause_of_now(),
        };
        let order = self.store().start_payment(&attempt).await?.ok_or(Refusal::NotFound)?;
        let another = || Error::Contended(anyhow::anyhow!("another attempt began at the same time"));
        let state = if order.status == OrderStatus::Paid {
            PaymentState::Approved
        } else {
            next(order.status, Step::Pay)?;
            if order.reservation != ReservationState::Reserved {
                return Err(Refusal::NotPayableYet.into());
            }
            // None begins any more: whoever asks for one again and again would keep the items for ever. One that is open is
            // ended with the provider by `reconcile_payments`.
            if order.payment.is_none() && order.expires_at <= attempt.at {
                return Err(Refusal::PayTimeOver.into());
            }
            if order.payment.is_none() && !self.payments().takes(order.total) {
                return Err(self.not_taken_online().await);
            }
            PaymentState::Started
        };
        let started = order.payment.ok_or_else(another)?;
        let (payment, amount) = (started.id, order.total);
        Ok((started, OrderPayment { order: id, payment, state, amount, redirect_url: None }))
    }

    /// As the provider is asked for it. The address to come back to opens nothing: it goes to the provider, and stands in
    /// its books.
    pub(super) fn attempt(&self, started: &StartedPayment) -> Attempt {
        let StartedPayment { id: payment, order, number, amount, began_at, expires_at, .. } = *started;
        let return_url = format!("{}/orders/{order}/return/{payment}", self.settings().base_url);
        let (checkout, asked_at) = (started.checkout_id.clone(), self.now());
        Attempt { payment, order, number, amount, began_at, expires_at, return_url, checkout, asked_at }
    }
}
