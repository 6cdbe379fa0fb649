//! Paying: the attempt is written down, the provider is asked outside any transaction, its answer is written down. Each is
//! one statement: it is told what an order of each status comes to, and finds the status under the order's lock.
//!
//! A second click or a process that comes back after a crash finds the started attempt and asks the provider under the
//! same name, so nothing is charged twice. However the answer comes (at once, by the shopper's return, a webhook, or because
//! the shop asked), it goes through `settle`, and through there once: what was approved stays approved, and what comes
//! again changes nothing. Money that does not pay its order is kept on record and a refund is opened.

use std::future::Future;

use time::{Duration, OffsetDateTime};

use crate::domain::{
    Envelope, Event, EventId, Money, OrderId, OrderPaid, OrderStatus, PaymentFlaw, PaymentId, PaymentState, Problem,
    RefundId, Refusal, ReservationState, Step, next, receive,
};

use super::super::shop::retried;
use super::super::{Attempt, CartOwner, ChargeOutcome, Checkout, Error, Result, SandboxOutcome, Shop, Store, encode};
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
#[derive(Debug, Clone)]
pub struct OrderToPay {
    pub status: OrderStatus,
    pub reservation: ReservationState,
    pub total: Money,
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
    /// Writes the attempt down if the order can be paid and none is open; answers the order. None: there is no such order
    /// of theirs.
    fn start_payment(&self, attempt: &NewPayment) -> impl Future<Output = Result<Option<OrderToPay>>> + Send;

    /// Keeps where the shopper is sent.
    fn keep_checkout(&self, id: PaymentId, checkout: &Checkout) -> impl Future<Output = Result<()>> + Send;

    /// Writes down how an attempt ended: that of one without an end, and money of one that had ended without. Whatever else
    /// comes changes nothing. False: there is no such order.
    fn settle_payment(&self, settled: &SettledPayment) -> impl Future<Output = Result<bool>> + Send;

    /// The attempt; none: there is no such one.
    fn started_payment(&self, id: PaymentId) -> impl Future<Output = Result<Option<StartedPayment>>> + Send;

    /// Attempts without an end that the provider is to be asked about by `now`, the oldest first: `pause` after they
    /// began, then after pauses that grow to an hour, or as short ones as the first if nobody can pay their order any more.
    fn payments_to_look_up(
        &self,
        now: OffsetDateTime,
        pause: Duration,
        most: u32,
    ) -> impl Future<Output = Result<Vec<StartedPayment>>> + Send;

    /// Notes that the provider is asked about it now.
    fn note_look(&self, id: PaymentId, at: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;
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
    /// `NotFound`, `NotPayableYet`, `IllegalStep`, `Unavailable` while the provider does not answer.
    pub async fn begin_payment(&self, access: impl Into<OrderAccess> + Send, id: OrderId) -> Result<OrderPayment> {
        let access = access.into();
        let (started, told) = retried(|| self.start_payment(&access, id)).await?;
        if told.state == PaymentState::Approved {
            return Ok(told);
        }
        if started.amount.is_zero() {
            return self.pay_nothing(started, told).await;
        }
        let url = match &started.checkout_url {
            Some(url) => url.clone(),
            None => {
                let checkout = self.payments().begin(self.attempt(&started)?).await?;
                retried(|| self.store().keep_checkout(started.id, &checkout)).await?;
                checkout.url
            }
        };
        Ok(OrderPayment { redirect_url: Some(url), ..told })
    }

    /// Pays an order without going anywhere, as a provider for tests is told to.
    ///
    /// # Errors
    /// As `begin_payment`; `PaymentDeclined`; `Invalid` with `outcome` where the provider takes real money.
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
        let (started, payment) = retried(|| self.start_payment(&access, id)).await?;
        if payment.state == PaymentState::Approved {
            return Ok(payment);
        }
        if started.amount.is_zero() {
            return self.pay_nothing(started, payment).await;
        }
        let answer = self.payments().charge(self.attempt(&started)?, told).await?;
        retried(|| self.settle(&started, &answer)).await?;
        self.notify_relay();
        match answer {
            ChargeOutcome::Approved { .. } => Ok(OrderPayment { state: PaymentState::Approved, ..payment }),
            ChargeOutcome::Declined | ChargeOutcome::Expired => Err(Refusal::PaymentDeclined.into()),
            ChargeOutcome::Open => Ok(payment),
        }
    }

    /// An order that costs nothing is paid without a provider.
    async fn pay_nothing(&self, started: StartedPayment, payment: OrderPayment) -> Result<OrderPayment> {
        let nothing = ChargeOutcome::Approved { reference: format!("free-{}", started.id), received: started.amount };
        retried(|| self.settle(&started, &nothing)).await?;
        self.notify_relay();
        Ok(OrderPayment { state: PaymentState::Approved, ..payment })
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
            at: self.now(),
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
            PaymentState::Started
        };
        let started = order.payment.ok_or_else(another)?;
        let (payment, amount) = (started.id, order.total);
        Ok((started, OrderPayment { order: id, payment, state, amount, redirect_url: None }))
    }

    /// As the provider is asked for it.
    pub(super) fn attempt(&self, started: &StartedPayment) -> Result<Attempt> {
        let StartedPayment { id: payment, order, number, amount, began_at, expires_at, .. } = *started;
        let mut return_url = format!("{}/orders/{order}/return/{payment}", self.settings().base_url);
        // A guest who comes back may have lost their session; and it is the same address whoever of them began.
        if started.by_guest {
            return_url.push_str("?token=");
            return_url.push_str(self.order_token(order)?.as_str());
        }
        let checkout = started.checkout_id.clone();
        Ok(Attempt { payment, order, number, amount, began_at, expires_at, return_url, checkout })
    }

    /// Makes true what the provider says of an attempt, whoever heard it and however often.
    pub(super) async fn settle(&self, started: &StartedPayment, answer: &ChargeOutcome) -> Result<()> {
        let StartedPayment { id, order, number, amount: total, .. } = *started;
        let at = self.now();
        let (state, reference, received, without_money) = match answer {
            ChargeOutcome::Open => return Ok(()),
            ChargeOutcome::Approved { reference, received } => {
                (PaymentState::Approved, Some(reference.clone()), Some(*received), "paid")
            }
            ChargeOutcome::Declined => (PaymentState::Declined, None, None, "payment_declined"),
            ChargeOutcome::Expired => (PaymentState::Declined, None, None, "payment_expired"),
        };
        let step = |received| move |status| (status, receive(status, total, received));
        let steps = received.map(|received| OrderStatus::ALL.into_iter().map(step(received)).collect());
        let paid = Event::OrderPaid(OrderPaid { order_id: order, number, total });
        let settled = SettledPayment {
            id,
            order,
            state,
            reference,
            received,
            steps: steps.unwrap_or_default(),
            paid: encode(EventId(self.next_id()), &paid, at)?,
            refund: RefundId(self.next_id()),
            without_money,
            at,
        };
        if self.store().settle_payment(&settled).await? { Ok(()) } else { Err(Refusal::NotFound.into()) }
    }
}
