//! Giving money back: a refund is opened in the transaction that decides it, and carried out afterwards, until the provider
//! answers.
//!
//! The provider is asked outside any transaction and by the refund's id, so that it gives back once, whoever asks and
//! whatever dies meanwhile; what it answered is written down once, under the order's lock.

use std::future::Future;

use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::domain::{
    Actor, Event, FieldReader, Fulfilment, ItemQuantity, May, Money, OrderId, OrderRefunded, OrderShipped, PaymentId,
    Problem, RefundId, RefundLine, RefundOrigin, RefundState, RefundWay, RefundWish, Refusal, Step, StockChange,
    UnitsBack, next, permit,
};
use crate::dto::{MAX_REFERENCE, RefundForm};

use super::super::audit::Change;
use super::super::idempotency::check_key;
use super::super::shop::retried;
use super::super::{Error, Inventory, RefundOutcome, RefundRequest, Result, Shop, Store, Tx, backoff};
use super::{LockedOrder, OrderChange, Orders, unchanged};

/// A refund that somebody has taken to carry it out.
#[derive(Debug, Clone)]
pub struct DueRefund {
    pub id: RefundId,
    pub payment: PaymentId,
    /// The payment's.
    pub provider: String,
    /// The provider's name for the payment.
    pub reference: String,
    pub order: OrderId,
    pub number: i64,
    pub amount: Money,
    /// This one included.
    pub attempts: u32,
    /// How often the provider has refused it for now, and since when.
    pub refusals: u32,
    pub refused_since: Option<OffsetDateTime>,
}

impl DueRefund {
    /// Whether a refusal for now is one for good: it is the same again and again, and for longer than a provider repeats its
    /// first answer to a key, which is a day.
    fn is_given_up(&self, now: OffsetDateTime) -> bool {
        let since = self.refused_since.filter(|_| self.refusals >= ENOUGH_REFUSALS);
        since.is_some_and(|since| now >= since.saturating_add(GIVES_UP))
    }
}

/// A refund that is decided.
#[derive(Debug, Clone)]
pub struct NewRefund {
    pub id: RefundId,
    pub payment: PaymentId,
    pub amount: Money,
    /// Why; none: its order was cancelled.
    pub reason: Option<String>,
    /// Empty where it is an amount.
    pub lines: Vec<RefundLine>,
    pub at: OffsetDateTime,
}

/// A refund as whoever gives it back asks for it.
#[derive(Debug, Clone)]
pub struct RefundOfPayment {
    pub due: DueRefund,
    pub state: RefundState,
    pub origin: RefundOrigin,
    /// What it is known by, where it was given back.
    pub given_as: Option<String>,
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
    /// Takes opened refunds of these providers' payments that are due, the longest due first: they are due again at `until`.
    fn take_refunds(
        &self,
        providers: &[&str],
        most: u32,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<DueRefund>>> + Send;

    /// None: there is no such refund.
    fn refund(&self, id: RefundId) -> impl Future<Output = Result<Option<RefundOfPayment>>> + Send;

    /// `refused_at`: when its provider refused it for now; none: it did not answer.
    fn put_off_refund(
        &self,
        id: RefundId,
        until: OffsetDateTime,
        refused_at: Option<OffsetDateTime>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Takes payments of these providers of which something is set aside, that nobody looked at since: their providers and
    /// their names there.
    fn take_refunds_aside(
        &self,
        providers: &[&str],
        most: u32,
        now: OffsetDateTime,
        since: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<(String, String)>>> + Send;
}

pub trait Refunds {
    /// What became of a locked order's money and units, and the payment that paid it. As long as the order is locked,
    /// nobody changes any of it.
    fn fulfilment(
        &mut self,
        order: &LockedOrder,
    ) -> impl Future<Output = Result<(Fulfilment, Option<PaymentId>)>> + Send;

    /// The provider of a payment that is known.
    fn provider_of_payment(&mut self, id: PaymentId) -> impl Future<Output = Result<String>> + Send;

    /// Opens a refund of a locked order, and sums up anew what was given back of its payment.
    fn open_refund(&mut self, refund: &NewRefund) -> impl Future<Output = Result<()>> + Send;

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
/// So often, and for so long, a refund is refused for now before it is given up.
const ENOUGH_REFUSALS: u32 = 4;
const GIVES_UP: Duration = Duration::hours(25);
/// Between two looks at a payment of which something is set aside.
const LOOK_AGAIN: Duration = Duration::hours(1);

impl<S: Store> Shop<S> {
    /// Staff give money back: an amount, or units of lines and shipping, which go back into stock where they say so. With
    /// a key once, however often it is asked with it.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `RefundTooLarge`, `KeyReused`.
    pub async fn refund_order(
        &self,
        by: May<permit::Refunds>,
        id: OrderId,
        form: &RefundForm,
        key: Option<&str>,
    ) -> Result<()> {
        let (wish, reason) = form.parse()?;
        key.map(check_key).transpose()?;
        retried(|| self.refund_once(by, id, (&wish, form.restock, &reason), key)).await
    }

    async fn refund_once(
        &self,
        by: May<permit::Refunds>,
        id: OrderId,
        (wish, restock, reason): (&RefundWish, bool, &str),
        key: Option<&str>,
    ) -> Result<()> {
        let mut tx = self.store().begin().await?;
        if !self.first_of_key(&mut tx, by, key, || format!("refund {id} {wish:?} {restock} {reason}")).await? {
            return Ok(());
        }
        let order = tx.lock_orders(&[id]).await?.pop().ok_or(Refusal::NotFound)?;
        let (fulfilment, payment) = tx.fulfilment(&order).await?;
        let plan = fulfilment.refund(wish, restock)?;
        let payment = payment.ok_or_else(|| fulfilment.too_large())?;
        self.check_counted(&mut tx, payment, plan.amount, "amount").await?;
        let refund = RefundId(self.next_id());
        // What is not sent any more may have been all that was left to be sent.
        let withdrawn = plan.lines.iter().map(|line| line.withdrawn).fold(0, u32::saturating_add);
        let is_shipped = withdrawn > 0 && fulfilment.is_shipped_without(withdrawn);
        let (to, history) = match is_shipped {
            true => (next(order.status, Step::Ship)?, vec!["refund_opened", "shipped"]),
            false => (order.status, vec!["refund_opened"]),
        };
        tx.save_orders(&[OrderChange { history, ..unchanged(&order, to) }], self.now()).await?;
        self.move_back(&mut tx, id, refund.0, (&plan.units, reason)).await?;
        let (amount, reason) = (plan.amount, Some(reason.to_owned()));
        let units: Vec<_> =
            plan.lines.iter().map(|line| json!({ "item": line.item, "quantity": line.quantity })).collect();
        let said = json!({ "status": to, "refund": refund, "amount": amount, "reason": reason, "restock": restock, "lines": units });
        tx.open_refund(&NewRefund { id: refund, payment, amount, reason, lines: plan.lines, at: self.now() }).await?;
        if is_shipped {
            let (number, total) = (order.number, order.total);
            let shipped = OrderShipped { order_id: id, number, total, parcels: Some(0) };
            self.append_event(&mut tx, Event::OrderShipped(shipped)).await?;
        }
        let change = Change::of("order.refunded", "order", id).before(json!({ "status": order.status }));
        self.record(&mut tx, by, change.after(said)).await?;
        tx.commit().await?;
        self.notify_relay();
        Ok(())
    }

    /// Units that an order holds no longer go back into stock, for this cause; those that cannot be sold go out of it
    /// again, each with a movement of its own.
    pub(super) async fn move_back(
        &self,
        tx: &mut S::Tx,
        order: OrderId,
        cause: uuid::Uuid,
        (back, reason): (&[UnitsBack], &str),
    ) -> Result<()> {
        if back.is_empty() {
            return Ok(());
        }
        let held = tx.lock_reservations(&[order]).await?.remove(&order);
        let held = held.map(|locked| locked.reservation.lines).unwrap_or_default();
        let holds = |b: &UnitsBack| held.iter().any(|h| h.variant_id == b.variant && h.quantity >= b.units);
        if !back.iter().all(holds) {
            // It was put back before.
            return Err(Refusal::field("restock", Problem::NotAChoice).into());
        }
        let units = back.iter().map(|b| ItemQuantity { variant_id: b.variant, quantity: b.units }).collect::<Vec<_>>();
        tx.lock_stock(&units.iter().map(|u| u.variant_id).collect::<Vec<_>>()).await?;
        tx.return_units(order, cause, &units, self.now()).await?;
        for gone in back.iter().filter(|b| b.written_off) {
            let units = i32::try_from(gone.units).map_err(|e| Error::Broken(e.into()))?;
            let change = StockChange::Adjustment(-units);
            tx.record_stock_change(gone.variant, change, i64::from(-units), reason, self.now()).await?;
        }
        Ok(())
    }

    /// Carries out opened refunds that are due, a few; answers how many have an end now. One that the provider does not
    /// answer to, or refuses for now, is tried again after a pause that grows; refused for more than a day it is given up,
    /// so that the staff can give it back.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`, when the database does not answer.
    pub async fn carry_out_refunds(&self) -> Result<u32> {
        let now = self.now();
        let due = self.store().take_refunds(&self.providers(), MOST, now, now.saturating_add(TAKEN)).await?;
        let mut ended = 0;
        for refund in due {
            match self.ask_back(&refund).await {
                Ok(RefundOutcome::RefusedForNow) if !refund.is_given_up(self.now()) => {
                    self.wait(&refund, "refused for now", true).await?;
                }
                Ok(outcome) => {
                    retried(|| self.settle_refund(&refund, &outcome, None)).await?;
                    ended += 1;
                    if !matches!(outcome, RefundOutcome::Done { .. }) {
                        // Perhaps because it was given back there: that finds its place now.
                        self.look_at_money_back(&refund.provider, &refund.reference).await;
                    }
                }
                Err(cause) => self.wait(&refund, &format!("{:#}", anyhow::Error::from(cause)), false).await?,
            }
        }
        if ended > 0 {
            self.notify_relay();
        }
        Ok(ended)
    }

    async fn ask_back(&self, refund: &DueRefund) -> Result<RefundOutcome> {
        // Of nothing there is nothing to ask for.
        if refund.amount.is_zero() {
            return Ok(RefundOutcome::Done { reference: refund.id.to_string() });
        }
        let gone = || Error::Unavailable(anyhow::anyhow!("{} is not connected", refund.provider));
        let provider = self.provider(&refund.provider).ok_or_else(gone)?;
        let (reference, amount) = (refund.reference.clone(), refund.amount);
        provider.refund(RefundRequest { refund: refund.id, payment: refund.payment, reference, amount }).await
    }

    /// Puts off its retry, by a backoff.
    async fn wait(&self, refund: &DueRefund, why: &str, is_refused: bool) -> Result<()> {
        let (pause, now) = (backoff(FIRST_PAUSE, LONGEST_PAUSE).after(refund.attempts), self.now());
        tracing::warn!(refund.id = %refund.id, order.id = %refund.order, ?pause, error = why, "a refund waits");
        self.store().put_off_refund(refund.id, now + pause, is_refused.then_some(now)).await
    }

    async fn look_at_money_back(&self, provider: &str, reference: &str) {
        if let Err(cause) = self.record_money_back(provider, reference).await {
            let error = format!("{:#}", anyhow::Error::from(cause));
            tracing::warn!(
                provider,
                reference,
                error,
                "what went back at the provider is not known; its webhooks tell"
            );
        }
    }

    /// Asks again about payments of which something is set aside, a few, and of each once an hour: there may be room now.
    /// Answers how many were asked about.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`, when the database does not answer.
    pub async fn look_at_refunds_aside(&self) -> Result<u32> {
        let now = self.now();
        let since = now.saturating_sub(LOOK_AGAIN);
        let taken = self.store().take_refunds_aside(&self.providers(), MOST, now, since).await?;
        for (provider, reference) in &taken {
            self.look_at_money_back(provider, reference).await;
        }
        Ok(u32::try_from(taken.len()).unwrap_or(u32::MAX))
    }

    /// Staff have given a refund back that no provider gives: of a payment by hand, of a provider that is not connected any
    /// more, or one that its provider refused. `reference` is what it is found by: a line of a statement, a receipt. Answers
    /// its order.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` with `reference`, also where another refund has it; `RefundOfProvider`, `RefundEnded`, also where
    /// its units were given back by another; `RefundTooLarge`.
    pub async fn mark_refund_given(&self, by: May<permit::Refunds>, id: RefundId, reference: &str) -> Result<OrderId> {
        let mut fields = FieldReader::default();
        let reference = fields.required("reference", reference, MAX_REFERENCE);
        let reference = fields.finish(reference)?;
        let RefundOfPayment { due, state, origin, given_as } =
            self.store().refund(id).await?.ok_or(Refusal::NotFound)?;
        match state {
            RefundState::Opened => {}
            RefundState::Done if given_as.as_ref() == Some(&reference) => return Ok(due.order),
            RefundState::Failed if origin == RefundOrigin::Shop => {
                retried(|| self.give_refused(by.into(), &due, &reference)).await?;
                self.notify_relay();
                return Ok(due.order);
            }
            RefundState::Done | RefundState::Failed => return Err(Refusal::RefundEnded.into()),
        }
        if self.provider(&due.provider).is_some() {
            return Err(Refusal::RefundOfProvider.into());
        }
        let given = RefundOutcome::Done { reference };
        retried(|| self.settle_refund(&due, &given, Some(by.into()))).await?;
        self.notify_relay();
        Ok(due.order)
    }

    /// `by`: staff, who have given it back themselves.
    async fn settle_refund(&self, refund: &DueRefund, outcome: &RefundOutcome, by: Option<Actor>) -> Result<()> {
        let DueRefund { id, payment, order, number, amount, .. } = *refund;
        let (state, reference, entry) = match outcome {
            RefundOutcome::Done { reference } => (RefundState::Done, Some(reference.clone()), "refunded"),
            RefundOutcome::Refused | RefundOutcome::RefusedForNow => (RefundState::Failed, None, "refund_failed"),
        };
        let now = self.now();
        let mut tx = self.store().begin().await?;
        let order = tx.lock_orders(&[order]).await?.pop().ok_or(Refusal::NotFound)?;
        if !tx.settle_refund(&SettledRefund { id, payment, state, reference }, now).await? {
            return Ok(());
        }
        tx.save_orders(&[OrderChange { history: vec![entry], ..unchanged(&order, order.status) }], now).await?;
        if state == RefundState::Done {
            let way = Some(if by.is_some() { RefundWay::ByStaff } else { RefundWay::AsPaid });
            let refunded =
                OrderRefunded { order_id: order.id, number, refund_id: id, payment_id: payment, amount, way };
            self.append_event(&mut tx, Event::OrderRefunded(refunded)).await?;
        } else {
            tracing::error!(refund.id = %id, order.id = %order.id, "the provider does not give a refund back");
        }
        if let (Some(by), RefundOutcome::Done { reference }) = (by, outcome) {
            self.record_given(&mut tx, by, refund, reference).await?;
        }
        tx.commit().await
    }
}
