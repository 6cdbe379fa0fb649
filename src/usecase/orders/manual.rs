//! Paying by bank transfer or at pick-up: the shopper says so, and the order waits longer; the staff say when the money has
//! come. No provider is asked, and the shopper's word pays nothing.

use std::future::Future;

use serde_json::json;
use time::{Duration, OffsetDateTime};

use crate::domain::{
    Event, ManualPayment, May, Money, OrderId, OrderPaid, OrderStatus, PaymentFlaw, PaymentId, Problem, RefundId,
    Refusal, ReservationState, Step, next, permit, receive,
};
use crate::dto::PaymentForm;

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Mails, Result, Shop, Store, Tx, mail_messages};
use super::{OrderAccess, OrderChange, Orders, unchanged};

/// How long a locked order waits for its payment.
#[derive(Debug, Clone, Copy)]
pub struct TimeToPay {
    pub ends_at: OffsetDateTime,
    /// Since when it is to be paid by hand.
    pub manual_since: Option<OffsetDateTime>,
}

/// Money that the staff have seen.
#[derive(Debug, Clone)]
pub struct RecordedPayment {
    pub id: PaymentId,
    pub order: OrderId,
    pub amount: Money,
    /// What it is found by: a line of a statement, a receipt.
    pub reference: String,
    /// Why it does not pay the order, and the refund that gives it back.
    pub flaw: Option<(PaymentFlaw, RefundId)>,
    pub at: OffsetDateTime,
}

pub trait ManualPayments {
    /// None: there is no such order.
    fn time_to_pay(&mut self, order: OrderId) -> impl Future<Output = Result<Option<TimeToPay>>> + Send;

    /// How many other orders of the same e-mail address wait to be paid by hand. Nobody else counts them until this
    /// transaction ends.
    fn others_waiting(&mut self, order: OrderId) -> impl Future<Output = Result<i64>> + Send;

    /// Notes of a locked order that it is to be paid by hand from now on.
    fn note_manual_payment(&mut self, order: OrderId, at: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;

    /// The order that a payment by hand with this reference is of, and its amount.
    fn recorded_payment(&mut self, reference: &str) -> impl Future<Output = Result<Option<(OrderId, Money)>>> + Send;

    /// Writes down money for a locked order, and the refund of what does not pay it; false: there is one with this
    /// reference.
    fn record_payment(&mut self, payment: &RecordedPayment) -> impl Future<Output = Result<bool>> + Send;
}

impl<S: Store> Shop<S> {
    /// The shopper will pay by bank transfer or at pick-up: the order waits as long as the shop says, and they are written
    /// to how. Said again, nothing changes: the time runs once.
    ///
    /// # Errors
    /// `NotFound`, `IllegalStep`, `NotPayableYet`, `PayTimeOver`, `TooManyUnpaid`; `Invalid` with `method` where the shop does not offer it.
    pub async fn choose_manual_payment(&self, access: impl Into<OrderAccess> + Send, id: OrderId) -> Result<OrderId> {
        let access = access.into();
        let offered = self.terms().await?.manual_payment;
        retried(|| async {
            let (mut tx, now) = (self.store().begin().await?, self.now());
            // Whose order it is comes first: nobody else hears how this shop is paid.
            let order = self.lock_own(&mut tx, &access, id).await?;
            let manual = offered.as_ref().ok_or_else(|| Refusal::field("method", Problem::NotAChoice))?;
            next(order.status, Step::Pay)?;
            if order.reservation != ReservationState::Reserved {
                return Err(Refusal::NotPayableYet.into());
            }
            let time = tx.time_to_pay(id).await?.ok_or(Refusal::NotFound)?;
            if time.manual_since.is_some() {
                return Ok(());
            }
            if time.ends_at <= now {
                return Err(Refusal::PayTimeOver.into());
            }
            if tx.others_waiting(id).await? >= i64::from(ManualPayment::MOST_WAITING) {
                return Err(Refusal::TooManyUnpaid { most: ManualPayment::MOST_WAITING }.into());
            }
            let until = now.saturating_add(Duration::days(manual.days.into())).max(time.ends_at);
            let history = vec!["manual_payment_chosen"];
            let change = OrderChange { expires_at: Some(until), history, ..unchanged(&order, order.status) };
            tx.save_orders(&[change], now).await?;
            tx.note_manual_payment(id, now).await?;
            if let Some(facts) = tx.order_facts(&[id]).await?.pop() {
                let message = mail_messages::payment_instructions(
                    &self.named_settings(),
                    &facts,
                    manual,
                    &self.local_time(until),
                );
                tx.queue_mail(&[self.new_mail(Some(id), facts.email, message)], now).await?;
            }
            tx.commit().await
        })
        .await?;
        Ok(id)
    }

    /// Staff have seen the money: it pays the order, or, where it is of another amount, too late or a second time, it is
    /// kept on record and a refund is opened. Recorded again with the same reference, nothing changes: false.
    ///
    /// # Errors
    /// `NotFound`, `NotPayableYet`; `Invalid`, also with `reference` where other money has it.
    pub async fn record_payment(&self, by: May<permit::OrderChanges>, id: OrderId, form: &PaymentForm) -> Result<bool> {
        let (amount, reference) = form.parse()?;
        let is_new = retried(|| self.record_payment_once(by, id, amount, &reference)).await?;
        self.notify_relay();
        Ok(is_new)
    }

    async fn record_payment_once(
        &self,
        by: May<permit::OrderChanges>,
        id: OrderId,
        amount: Money,
        reference: &str,
    ) -> Result<bool> {
        let (mut tx, at) = (self.store().begin().await?, self.now());
        let order = tx.lock_orders(&[id]).await?.pop().ok_or(Refusal::NotFound)?;
        let taken = || Refusal::field("reference", Problem::Duplicate);
        match tx.recorded_payment(reference).await? {
            Some(same) if same == (id, amount) => return Ok(false),
            Some(_) => return Err(taken().into()),
            None => {}
        }
        if order.status == OrderStatus::Pending && order.reservation != ReservationState::Reserved {
            return Err(Refusal::NotPayableYet.into());
        }
        let (number, total) = (order.number, order.total);
        let received = receive(order.status, total, amount);
        let flaw = received.err().map(|flaw| (flaw, RefundId(self.next_id())));
        let (to, history) = match received {
            Ok(to) => (to, vec!["paid"]),
            Err(flaw) => (order.status, vec![entry(flaw), "refund_opened"]),
        };
        tx.save_orders(&[OrderChange { history, ..unchanged(&order, to) }], at).await?;
        let payment = RecordedPayment {
            id: PaymentId(self.next_id()),
            order: id,
            amount,
            reference: reference.to_owned(),
            flaw,
            at,
        };
        if !tx.record_payment(&payment).await? {
            return Err(taken().into());
        }
        if flaw.is_none() {
            self.append_event(&mut tx, Event::OrderPaid(OrderPaid { order_id: id, number, total })).await?;
        }
        let recorded = json!({ "amount": amount, "reference": reference, "accepted": flaw.is_none() });
        self.record(&mut tx, by, Change::of("order.payment_recorded", "order", id).after(recorded)).await?;
        tx.commit().await?;
        Ok(true)
    }
}

const fn entry(flaw: PaymentFlaw) -> &'static str {
    match flaw {
        PaymentFlaw::Amount => "payment_amount",
        PaymentFlaw::Late => "payment_late",
        PaymentFlaw::Second => "payment_second",
    }
}
