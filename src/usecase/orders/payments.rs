//! Paying: the attempt is written down, the provider is asked outside any transaction, its answer is written down.
//!
//! A second click or a process that comes back after a crash finds the started attempt and asks the provider under the
//! same name, so nothing is charged twice. An attempt that nobody comes back to is ended with the provider once its order
//! cannot be paid any more; until then the order is not given up. Money that arrives for an order cancelled meanwhile is
//! kept on record and a refund is opened.

use time::Duration;

use crate::domain::{
    Event, Money, OrderId, OrderPaid, OrderStatus, PaymentId, PaymentState, RefundId, Refusal, ReservationState, Step,
    next,
};

use super::super::shop::retried;
use super::super::{Charge, ChargeOutcome, Result, SandboxOutcome, Shop, Store, Tx};
use super::change::unchanged;
use super::{LockedOrder, OrderAccess, OrderChange, Orders, StartedPayment};

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
        let Some((payment, amount)) = retried(|| self.start_payment(&access, id)).await? else { return Ok(id) };
        let answer = self.payments().charge(Charge { payment, order: id, amount, sandbox }).await?;
        retried(|| self.settle(id, payment, amount, &answer)).await?;
        self.notify_relay();
        match answer {
            ChargeOutcome::Approved { .. } => Ok(id),
            ChargeOutcome::Declined => Err(Refusal::PaymentDeclined.into()),
        }
    }

    /// The attempt to make, or none if the order is paid.
    async fn start_payment(&self, access: &OrderAccess, id: OrderId) -> Result<Option<(PaymentId, Money)>> {
        let mut tx = self.store().begin().await?;
        let order = self.lock_own(&mut tx, access, id).await?;
        if order.status == OrderStatus::Paid {
            return Ok(None);
        }
        next(order.status, Step::Pay)?;
        if order.reservation != ReservationState::Reserved {
            return Err(Refusal::NotPayableYet.into());
        }
        let payment = match tx.open_payment(id).await? {
            Some(open) => open.id,
            None => {
                let payment = PaymentId(self.next_id());
                tx.insert_payment(payment, id, self.payments().name(), order.total, self.now()).await?;
                payment
            }
        };
        tx.commit().await?;
        Ok(Some((payment, order.total)))
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

    async fn settle_abandoned(&self, StartedPayment { id, order, amount }: StartedPayment) -> Result<()> {
        let answer = self.payments().void_charge(id).await?;
        tracing::info!(payment.id = %id, order.id = %order, ?answer, "an abandoned payment was looked up");
        retried(|| self.settle(order, id, amount, &answer)).await
    }

    async fn settle(&self, id: OrderId, payment: PaymentId, amount: Money, answer: &ChargeOutcome) -> Result<()> {
        let now = self.now();
        let (state, reference) = match answer {
            ChargeOutcome::Approved { reference } => (PaymentState::Approved, Some(reference.as_str())),
            ChargeOutcome::Declined => (PaymentState::Declined, None),
        };
        let mut tx = self.store().begin().await?;
        let Some(order) = tx.lock_orders(&[id]).await?.pop() else { return Err(Refusal::NotFound.into()) };
        if tx.settle_payment(payment, state, reference, now).await? != PaymentState::Started {
            return Ok(());
        }
        let (to, entry) = match (state, next(order.status, Step::Pay)) {
            (PaymentState::Approved, Ok(paid)) => (paid, "paid"),
            (PaymentState::Approved, Err(_)) => {
                tx.insert_refund(RefundId(self.next_id()), payment, amount, now).await?;
                (order.status, "refund_opened")
            }
            (PaymentState::Declined | PaymentState::Started, _) => (order.status, "payment_declined"),
        };
        tx.save_orders(&[keep(&order, to, entry)], now).await?;
        if entry == "paid" {
            let paid = OrderPaid { order_id: id, number: order.number, total: order.total };
            self.append_event(&mut tx, Event::OrderPaid(paid)).await?;
        }
        tx.commit().await
    }
}

fn keep(order: &LockedOrder, to: OrderStatus, entry: &'static str) -> OrderChange {
    OrderChange { history: vec![entry], ..unchanged(order, to) }
}
