//! Sending back: the customer asks, staff answer in words, and what comes back is put on the shelf or not, and paid back.

use std::collections::BTreeMap;
use std::future::Future;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{
    ItemQuantity, May, OrderId, OrderItemId, Problem, RefundId, Refusal, ReturnId, ReturnState, ReturnStep, clean_line,
    next_return, permit,
};
use crate::dto::{MAX_WORDS, ReturnForm, words};

use super::super::audit::Change;
use super::super::idempotency::check_key;
use super::super::shop::retried;
use super::super::{Error, Mails, Result, Shop, Store, Tx, mail_messages};
use super::{LockedOrder, NewRefund, OrderAccess, OrderChange, Orders, Refunds, unchanged};

/// A return that a customer asks for.
#[derive(Debug, Clone)]
pub struct NewReturn {
    pub id: ReturnId,
    pub order: OrderId,
    pub reason: String,
    pub lines: Vec<(OrderItemId, u32)>,
    pub at: OffsetDateTime,
}

/// A return of a locked order.
#[derive(Debug, Clone)]
pub struct ReturnRow {
    pub state: ReturnState,
    /// It was approved, and is not waited for any more.
    pub is_closed: bool,
    pub reason: String,
    pub lines: Vec<(OrderItemId, u32)>,
}

/// What becomes of a return.
#[derive(Debug, Clone)]
pub struct ReturnChange {
    pub id: ReturnId,
    pub to: ReturnState,
    /// It was approved, and is not waited for any more.
    pub is_closed: bool,
    pub answer: Option<String>,
    pub refund: Option<RefundId>,
    pub at: OffsetDateTime,
}

pub trait Returns {
    fn insert_return(&mut self, new: &NewReturn) -> impl Future<Output = Result<()>> + Send;

    /// The order that a return is of. It is locked before the return is read.
    fn order_of_return(&mut self, id: ReturnId) -> impl Future<Output = Result<Option<OrderId>>> + Send;

    fn read_return(&mut self, id: ReturnId) -> impl Future<Output = Result<Option<ReturnRow>>> + Send;

    fn save_return(&mut self, change: &ReturnChange) -> impl Future<Output = Result<()>> + Send;

    /// When the last parcel of an order left; none: nothing has.
    fn last_sent(&mut self, order: OrderId) -> impl Future<Output = Result<Option<OffsetDateTime>>> + Send;
}

impl<S: Store> Shop<S> {
    /// The customer asks to send units back. With a key once, however often it is asked with it.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `NothingToReturn`, `ReturnTooLate`, `KeyReused`.
    pub async fn request_return(
        &self,
        access: impl Into<OrderAccess> + Send,
        id: OrderId,
        form: &ReturnForm,
        key: Option<&str>,
    ) -> Result<OrderId> {
        let (access, (items, reason)) = (access.into(), form.parse()?);
        key.map(check_key).transpose()?;
        let window = self.terms().await?.return_window;
        let new = ReturnId(key.map_or_else(|| self.next_id(), |key| id_of_key(id, key)));
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let order = self.lock_own(&mut tx, &access, id).await?;
            let (fulfilment, _) = tx.fulfilment(&order).await?;
            if let Some(same) = tx.read_return(new).await? {
                let line = |item: &ItemQuantity| fulfilment.lines.iter().find(|line| line.variant == item.variant_id);
                let asked: BTreeMap<_, _> = items.iter().filter_map(|i| Some((line(i)?.id, i.quantity))).collect();
                let is_same = same.reason == reason && asked == same.lines.iter().copied().collect();
                return if is_same { Ok(id) } else { Err(Refusal::KeyReused.into()) };
            }
            let Some(last) = tx.last_sent(id).await? else { return Err(Refusal::NothingToReturn.into()) };
            let now = self.now();
            if now > last.saturating_add(window) {
                let days = u32::try_from(window.whole_days()).unwrap_or(0);
                return Err(Refusal::ReturnTooLate { days }.into());
            }
            let lines = fulfilment.ask_back(&items)?;
            tx.save_orders(&[entry(&order, vec!["return_requested"])], now).await?;
            let reason = reason.clone();
            tx.insert_return(&NewReturn { id: new, order: id, reason, lines, at: now }).await?;
            tx.commit().await?;
            Ok(id)
        })
        .await
    }

    /// Staff approve or refuse a return, in words that the customer reads in a mail. Answers its order.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `IllegalReturnStep`.
    pub async fn answer_return(
        &self,
        by: May<permit::OrderChanges>,
        id: ReturnId,
        approve: bool,
        words: &str,
    ) -> Result<OrderId> {
        self.take_step(by, id, if approve { ReturnStep::Approve } else { ReturnStep::Refuse }, words).await
    }

    /// Staff wait no longer for what was approved and has not arrived, with a reason that the customer reads in a mail. Its
    /// units can be asked for again. Answers its order.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `IllegalReturnStep`.
    pub async fn close_return(&self, by: May<permit::OrderChanges>, id: ReturnId, words: &str) -> Result<OrderId> {
        self.take_step(by, id, ReturnStep::Close, words).await
    }

    /// A step that the customer is written to of.
    async fn take_step(
        &self,
        by: May<permit::OrderChanges>,
        id: ReturnId,
        step: ReturnStep,
        words: &str,
    ) -> Result<OrderId> {
        let words = clean_line(words, MAX_WORDS).map_err(|why| Refusal::field("answer", why))?;
        if step != ReturnStep::Approve && words.is_empty() {
            return Err(Refusal::field("answer", Problem::Required).into());
        }
        let answer = Some(words).filter(|words| !words.is_empty());
        let (history, action) = match step {
            ReturnStep::Approve => ("return_approved", "return.approved"),
            ReturnStep::Refuse => ("return_refused", "return.refused"),
            ReturnStep::Receive => ("return_received", "return.received"),
            ReturnStep::Close => ("return_closed", "return.closed"),
        };
        let is_closed = step == ReturnStep::Close;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let (order, row) = self.lock_return(&mut tx, id).await?;
            let (to, now) = (next_return(row.state, row.is_closed, step)?, self.now());
            tx.save_orders(&[entry(&order, vec![history])], now).await?;
            tx.save_return(&ReturnChange { id, to, is_closed, answer: answer.clone(), refund: None, at: now }).await?;
            if let Some(facts) = tx.order_facts(&[order.id]).await?.pop() {
                let message = mail_messages::return_answered(&self.named_settings(), &facts, step, answer.as_deref());
                tx.queue_mail(&[self.new_mail(Some(order.id), facts.email, message)], now).await?;
            }
            let change = Change::of(action, "order", order.id).before(json!({ "return": id, "state": row.state }));
            self.record(&mut tx, by, change.after(json!({ "return": id, "state": to, "answer": answer }))).await?;
            tx.commit().await?;
            Ok(order.id)
        })
        .await
    }

    /// What was sent back has come, also after it was closed: it goes on the shelf or not, and is paid back or not, as far as
    /// it was not before. Answers its order.
    ///
    /// # Errors
    /// `NotFound`, `IllegalReturnStep`, also where another return has its units since it was closed, `RefundTooLarge`, `Invalid` with `restock` where its units are in stock already,
    /// with `refund` where the provider does not count what is paid for them: an amount is given back then.
    pub async fn receive_return(
        &self,
        by: May<permit::Refunds>,
        id: ReturnId,
        restock: bool,
        refund: bool,
    ) -> Result<OrderId> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let (order, row) = self.lock_return(&mut tx, id).await?;
            let (to, now) = (next_return(row.state, row.is_closed, ReturnStep::Receive)?, self.now());
            let (fulfilment, payment) = tx.fulfilment(&order).await?;
            // It may have been asked for again since it was closed, and comes back once.
            if row.is_closed && !fulfilment.may_come_back(&row.lines) {
                return Err(Refusal::IllegalReturnStep.into());
            }
            let plan = fulfilment.receive(&row.lines, restock, refund)?;
            let refund = payment.filter(|_| !plan.amount.is_zero()).map(|payment| (RefundId(self.next_id()), payment));
            if let Some((_, payment)) = refund {
                self.check_counted(&mut tx, payment, plan.amount, "refund").await?;
            }
            let mut history = vec!["return_received"];
            history.extend(refund.map(|_| "refund_opened"));
            tx.save_orders(&[entry(&order, history)], now).await?;
            self.move_back(&mut tx, order.id, id.0, (&plan.units, &row.reason)).await?;
            let said = json!({ "return": id, "state": to, "restock": restock, "refund": refund.map(|(id, _)| id),
                "amount": plan.amount });
            if let Some((refund, payment)) = refund {
                // The customer's own words are no reason of the shop's.
                let (amount, reason) = (plan.amount, Some(words::return_of(order.number)));
                tx.open_refund(&NewRefund { id: refund, payment, amount, reason, lines: plan.lines, at: now }).await?;
            }
            let refunded = refund.map(|(id, _)| id);
            tx.save_return(&ReturnChange { id, to, is_closed: false, answer: None, refund: refunded, at: now }).await?;
            let change =
                Change::of("return.received", "order", order.id).before(json!({ "return": id, "state": row.state }));
            self.record(&mut tx, by, change.after(said)).await?;
            tx.commit().await?;
            Ok(order.id)
        })
        .await
    }

    /// Its order, locked, and then what it is.
    async fn lock_return(&self, tx: &mut S::Tx, id: ReturnId) -> Result<(LockedOrder, ReturnRow)> {
        let order = tx.order_of_return(id).await?.ok_or(Refusal::NotFound)?;
        let order = tx.lock_orders(&[order]).await?.pop().ok_or(Refusal::NotFound)?;
        let row = tx.read_return(id).await?.ok_or_else(|| Error::Refused(Refusal::NotFound))?;
        Ok((order, row))
    }
}

fn entry(order: &LockedOrder, history: Vec<&'static str>) -> OrderChange {
    OrderChange { history, ..unchanged(order, order.status) }
}

/// A return is called by its key, so that the same key makes no second one, whoever brings it.
fn id_of_key(order: OrderId, key: &str) -> Uuid {
    let digest = Sha256::new().chain_update(order.0.as_bytes()).chain_update(key).finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, of_digest)| *byte = of_digest);
    Uuid::from_bytes(bytes)
}
