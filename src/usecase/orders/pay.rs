//! Paying: the attempt is written down, the provider is asked outside any transaction, its answer is written down.
//!
//! A second click or a process that comes back after a crash finds the started attempt and asks the provider under the
//! same name, so nothing is charged twice. Money that arrives for an order cancelled meanwhile is kept on record and a
//! refund is opened.

use crate::domain::{
    Customer, Event, Money, OrderId, OrderPaid, OrderStatus, PaymentId, PaymentState, RefundId, Refusal,
    ReservationState, Step, next,
};

use super::super::shop::retried;
use super::super::{Charge, ChargeOutcome, Result, SandboxOutcome, Shop, Store, Tx};
use super::change::unchanged;
use super::{LockedOrder, OrderChange, Orders};

impl<S: Store> Shop<S> {
    /// Pays an order. Paying what is paid already is no mistake.
    ///
    /// # Errors
    /// `NotFound`, `NotPayableYet`, `IllegalStep`, `PaymentDeclined`.
    pub async fn pay_order(&self, customer: Customer, id: OrderId, sandbox: SandboxOutcome) -> Result<OrderId> {
        let Some((payment, amount)) = retried(|| self.start_payment(customer, id)).await? else { return Ok(id) };
        let answer = self.payments().charge(Charge { payment, order: id, amount, sandbox }).await?;
        retried(|| self.settle(id, payment, amount, &answer)).await?;
        self.notify_relay();
        match answer {
            ChargeOutcome::Approved { .. } => Ok(id),
            ChargeOutcome::Declined => Err(Refusal::PaymentDeclined.into()),
        }
    }

    /// The attempt to make, or none if the order is paid.
    async fn start_payment(&self, customer: Customer, id: OrderId) -> Result<Option<(PaymentId, Money)>> {
        let mut tx = self.store().begin().await?;
        let order = self.lock_own(&mut tx, customer, id).await?;
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
        let (to, said) = match (state, next(order.status, Step::Pay)) {
            (PaymentState::Approved, Ok(paid)) => (paid, "paid"),
            (PaymentState::Approved, Err(_)) => {
                tx.insert_refund(RefundId(self.next_id()), payment, amount, now).await?;
                (order.status, "refund_opened")
            }
            (PaymentState::Declined | PaymentState::Started, _) => (order.status, "payment_declined"),
        };
        tx.save_orders(&[keep(&order, to, said)], now).await?;
        if said == "paid" {
            let paid = OrderPaid { order_id: id, number: order.number, total: order.total };
            self.append_event(&mut tx, Event::OrderPaid(paid)).await?;
        }
        tx.commit().await
    }
}

fn keep(order: &LockedOrder, to: OrderStatus, said: &'static str) -> OrderChange {
    OrderChange { history: vec![said], ..unchanged(order, to) }
}
