//! Money that goes back without the shop: somebody gave it back at the provider, or the buyer's bank took it.
//!
//! A webhook only says that something happened. What there is now is asked of the provider, so that the order in which
//! webhooks come does not matter, and each refund is written down under its order's lock, like those that the shop began.
//! What fits into no payment is set aside for the staff: no more is ever given back than came in.

use std::future::Future;

use serde_json::json;
use time::OffsetDateTime;

use crate::domain::{
    Actor, Event, Money, OrderId, OrderRefunded, OrderStatus, PaymentId, Problem, RefundId, RefundOrigin, RefundState,
    RefundWay, Refusal, learn,
};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{ProviderRefund, Result, Shop, Store, Tx};
use super::{DueRefund, LockedOrder, OrderChange, Orders, Refunds, SettledRefund, unchanged};

/// A refund that the books have already, ours or the provider's.
#[derive(Debug, Clone)]
pub struct FoundRefund {
    pub id: RefundId,
    pub origin: RefundOrigin,
    pub state: RefundState,
    pub amount: Money,
    /// What it is found by, where it was given back.
    pub reference: Option<String>,
    pub settled_at: Option<OffsetDateTime>,
    /// It failed, and nothing more is owed for it.
    pub is_waived: bool,
}

impl FoundRefund {
    fn began_at_provider(&self) -> bool {
        self.origin == RefundOrigin::Provider
    }

    /// Whether it failed there, and stands for what was given back under another name.
    fn is_given_by_staff(&self, said: &ProviderRefund) -> bool {
        self.state == RefundState::Done && said.state == RefundState::Failed && self.has_another_name(said)
    }

    /// Whether it was given back by both: by the staff, or nothing more was owed for it, and by the provider after all.
    fn is_given_twice(&self, said: &ProviderRefund) -> bool {
        let is_settled = match self.state {
            RefundState::Done => self.has_another_name(said),
            RefundState::Failed => self.is_waived,
            RefundState::Opened => false,
        };
        self.origin == RefundOrigin::Shop && said.state == RefundState::Done && is_settled
    }

    fn has_another_name(&self, said: &ProviderRefund) -> bool {
        self.reference.as_ref().is_some_and(|name| *name != said.reference)
    }

    /// Whether that it was given back was said before it failed, and came here later.
    fn has_failed_since(&self, said: &ProviderRefund, asked_at: OffsetDateTime) -> bool {
        (self.state, said.state) == (RefundState::Failed, RefundState::Done)
            && self.settled_at.is_some_and(|failed| failed > asked_at)
    }
}

/// A refund that began at the provider.
#[derive(Debug, Clone)]
pub struct RefundFromProvider {
    pub id: RefundId,
    pub payment: PaymentId,
    pub reference: String,
    pub amount: Money,
    pub state: RefundState,
    /// Why, in words that stay.
    pub reason: &'static str,
    pub is_dispute: bool,
    pub at: OffsetDateTime,
}

/// The reasons that stand with refunds of providers; the customer reads them, and the first says of those that the release
/// before recorded that they are disputes.
pub(in super::super) const BY_DISPUTE: &str = "Disputed with the bank";
const BY_PROVIDER: &str = "Given back by way of the payment provider";

pub trait MoneyBack {
    /// The refund of this payment with our id or, of the provider's, with its name there.
    fn find_refund(
        &mut self,
        payment: PaymentId,
        ours: Option<RefundId>,
        reference: &str,
    ) -> impl Future<Output = Result<Option<FoundRefund>>> + Send;

    /// Writes down a refund of a locked order's payment; false: it goes beyond what came in, or is of another currency.
    fn record_refund(&mut self, refund: &RefundFromProvider) -> impl Future<Output = Result<bool>> + Send;

    /// Gives a known refund of a locked order another state; false: it would go beyond what came in.
    fn move_refund(&mut self, moved: &SettledRefund, at: OffsetDateTime) -> impl Future<Output = Result<bool>> + Send;

    /// Whether another refund gives back what a refund of a locked order that failed would have.
    fn is_given_by_another(&mut self, id: RefundId) -> impl Future<Output = Result<bool>> + Send;

    /// Whether another refund of the same payment is found by this name.
    fn is_name_of_another(&mut self, id: RefundId, name: &str) -> impl Future<Output = Result<bool>> + Send;

    /// Keeps what fits into no payment, or went back twice, for the staff; false: it is kept already.
    fn set_refund_aside(&mut self, refund: &RefundFromProvider) -> impl Future<Output = Result<bool>> + Send;

    /// It has found its place, or is nothing any more.
    fn drop_refund_aside(&mut self, payment: PaymentId, reference: &str) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// Something of a payment went back, by its provider's name for it; false: of none of ours. What went back is asked,
    /// and written down.
    ///
    /// # Errors
    /// `Unavailable`, `Contended` or `Broken`; it is tried again.
    pub(in super::super) async fn record_money_back(&self, provider: &str, reference: &str) -> Result<bool> {
        let Some(from) = self.provider(provider) else { return Ok(false) };
        let Some((order, payment)) = self.store().payment_of_reference(provider, reference).await? else {
            return Ok(false);
        };
        let asked_at = self.now();
        // What ended makes room for what goes back beside it.
        let mut all = from.refunds_of(reference.to_owned()).await?;
        all.sort_by_key(|refund| refund.state != RefundState::Failed);
        for refund in &all {
            retried(|| self.record_refund_of_provider(order, payment, refund, asked_at)).await?;
        }
        self.notify_relay();
        Ok(true)
    }

    /// `asked_at`: just before the provider was asked.
    async fn record_refund_of_provider(
        &self,
        order: OrderId,
        payment: PaymentId,
        said: &ProviderRefund,
        asked_at: OffsetDateTime,
    ) -> Result<()> {
        let (mut tx, at) = (self.store().begin().await?, self.now());
        let order = tx.lock_orders(&[order]).await?.pop().ok_or(Refusal::NotFound)?;
        let known = tx.find_refund(payment, said.refund, &said.reference).await?;
        // Refused there, and given back by the staff: what is said there of its failing is known.
        if known.as_ref().is_some_and(|known| known.is_given_by_staff(said)) {
            tx.drop_refund_aside(payment, &said.reference).await?;
            return tx.commit().await;
        }
        if known.as_ref().is_some_and(|known| known.has_failed_since(said, asked_at)) {
            return Ok(());
        }
        let is_twice = known.as_ref().is_some_and(|known| known.is_given_twice(said));
        let state =
            if is_twice { Some(said.state) } else { learn(known.as_ref().map(|known| known.state), said.state) };
        let Some(state) = state else {
            tx.drop_refund_aside(payment, &said.reference).await?;
            return tx.commit().await;
        };
        let reference = said.reference.clone();
        let new = RefundFromProvider {
            id: RefundId(self.next_id()),
            payment,
            reference: reference.clone(),
            amount: said.amount,
            state,
            reason: if said.is_dispute { BY_DISPUTE } else { BY_PROVIDER },
            is_dispute: said.is_dispute,
            at,
        };
        if is_twice {
            return self.set_refund_aside(tx, &order, &new).await;
        }
        let (id, amount, fits) = match &known {
            Some(FoundRefund { id, amount, .. }) => {
                let moved = SettledRefund { id: *id, payment, state, reference: Some(reference) };
                (*id, *amount, tx.move_refund(&moved, at).await?)
            }
            None => (new.id, new.amount, tx.record_refund(&new).await?),
        };
        if !fits {
            return self.set_refund_aside(tx, &order, &new).await;
        }
        tx.drop_refund_aside(payment, &said.reference).await?;
        let mut history = vec![entry(state, said.is_dispute)];
        // What was to go back by the provider and does not: nobody keeps the money of an order that was cancelled.
        let is_kept = state == RefundState::Failed && order.status == OrderStatus::Cancelled;
        if is_kept
            && known.as_ref().is_some_and(FoundRefund::began_at_provider)
            && self.refund_rest(&mut tx, &order).await?
        {
            history.push("refund_opened");
        }
        tx.save_orders(&[OrderChange { history, ..unchanged(&order, order.status) }], at).await?;
        if state == RefundState::Done {
            let (order_id, number) = (order.id, order.number);
            let way = Some(if said.is_dispute { RefundWay::ByBank } else { RefundWay::AsPaid });
            let refunded = OrderRefunded { order_id, number, refund_id: id, payment_id: payment, amount, way };
            self.append_event(&mut tx, Event::OrderRefunded(refunded)).await?;
        }
        if state == RefundState::Failed && known.as_ref().is_some_and(|known| known.state == RefundState::Done) {
            self.take_refund_back(&mut tx, order.id, id, (amount, said.is_dispute)).await?;
        }
        if known.is_some_and(|known| known.state == RefundState::Done) || said.is_dispute {
            tracing::error!(refund.id = %id, order.id = %order.id, ?state, said.is_dispute, "money moved at the provider");
        }
        tx.commit().await
    }

    /// What the provider refused, staff gave back: it is done after all, where there is still room for it, and what they did
    /// is no other refund.
    pub(super) async fn give_refused(&self, by: Actor, refund: &DueRefund, reference: &str) -> Result<()> {
        let DueRefund { id, payment, order, number, amount, .. } = *refund;
        let (mut tx, now) = (self.store().begin().await?, self.now());
        let order = tx.lock_orders(&[order]).await?.pop().ok_or(Refusal::NotFound)?;
        let known = tx.find_refund(payment, Some(id), reference).await?.filter(|known| known.id == id);
        let known = known.ok_or(Refusal::NotFound)?;
        match known.state {
            RefundState::Failed if !known.is_waived => {}
            RefundState::Done if known.reference.as_deref() == Some(reference) => return Ok(()),
            RefundState::Done | RefundState::Opened | RefundState::Failed => return Err(Refusal::RefundEnded.into()),
        }
        if tx.is_name_of_another(id, reference).await? {
            return Err(Refusal::field("reference", Problem::Duplicate).into());
        }
        if tx.is_given_by_another(id).await? {
            return Err(Refusal::RefundEnded.into());
        }
        let given = SettledRefund { id, payment, state: RefundState::Done, reference: Some(reference.to_owned()) };
        if !tx.move_refund(&given, now).await? {
            return Err(tx.fulfilment(&order).await?.0.too_large().into());
        }
        tx.save_orders(&[OrderChange { history: vec!["refunded"], ..unchanged(&order, order.status) }], now).await?;
        let way = Some(RefundWay::ByStaff);
        let refunded = OrderRefunded { order_id: order.id, number, refund_id: id, payment_id: payment, amount, way };
        self.append_event(&mut tx, Event::OrderRefunded(refunded)).await?;
        self.record_given(&mut tx, by, refund, reference).await?;
        tx.commit().await
    }

    pub(super) async fn record_given(
        &self,
        tx: &mut S::Tx,
        by: Actor,
        refund: &DueRefund,
        reference: &str,
    ) -> Result<()> {
        let given = json!({ "refund": refund.id, "amount": refund.amount, "reference": reference });
        self.record(tx, by, Change::of("refund.given", "order", refund.order).after(given)).await
    }

    async fn set_refund_aside(&self, mut tx: S::Tx, order: &LockedOrder, refund: &RefundFromProvider) -> Result<()> {
        if tx.set_refund_aside(refund).await? {
            let history = vec!["refund_set_aside"];
            tx.save_orders(&[OrderChange { history, ..unchanged(order, order.status) }], refund.at).await?;
            tracing::error!(
                payment.id = %refund.payment, order.id = %order.id, number = order.number, amount = %refund.amount,
                reference = refund.reference,
                "more went back at the provider than came in, or the same twice: set aside for the staff"
            );
        }
        tx.commit().await
    }
}

const fn entry(state: RefundState, is_dispute: bool) -> &'static str {
    match (state, is_dispute) {
        (RefundState::Opened, false) => "refund_opened",
        (RefundState::Opened, true) => "payment_disputed",
        (RefundState::Done, _) => "refunded",
        (RefundState::Failed, false) => "refund_failed",
        (RefundState::Failed, true) => "dispute_won",
    }
}
