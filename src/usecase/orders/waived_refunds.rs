//! Refunds that failed and for which nothing more is owed: staff say so, and why. Else they would be told of for ever.

use std::future::Future;

use serde_json::json;
use time::OffsetDateTime;

use crate::domain::{FieldReader, May, OrderId, RefundId, RefundOrigin, RefundState, Refusal, permit};
use crate::dto::MAX_REASON;

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::{DueRefund, OrderChange, Orders, RefundOfPayment, unchanged};

pub trait WaivedRefunds {
    /// Notes of a refund of a locked order, of the shop's, that failed, that nothing more is owed for it: whether that is news.
    /// None: it has not failed.
    fn waive_refund(&mut self, id: RefundId, at: OffsetDateTime) -> impl Future<Output = Result<Option<bool>>> + Send;
}

impl<S: Store> Shop<S> {
    /// Staff say that nothing more is owed for a refund that failed: it was settled otherwise, or another refund gives it back.
    /// It is given back no more, and nobody is told of it again. Said again, nothing changes. Answers its order.
    ///
    /// # Errors
    /// `Invalid` with `reason`, `NotFound`, `RefundEnded` where it has not failed.
    pub async fn waive_refund(&self, by: May<permit::Refunds>, id: RefundId, reason: &str) -> Result<OrderId> {
        let mut fields = FieldReader::default();
        let reason = fields.required("reason", reason, MAX_REASON);
        let reason = fields.finish(reason)?;
        let RefundOfPayment { due, state, origin, .. } = self.store().refund(id).await?.ok_or(Refusal::NotFound)?;
        if state != RefundState::Failed || origin != RefundOrigin::Shop {
            return Err(Refusal::RefundEnded.into());
        }
        retried(|| self.waive_once(by, &due, &reason)).await?;
        Ok(due.order)
    }

    async fn waive_once(&self, by: May<permit::Refunds>, refund: &DueRefund, reason: &str) -> Result<()> {
        let (mut tx, now) = (self.store().begin().await?, self.now());
        let order = tx.lock_orders(&[refund.order]).await?.pop().ok_or(Refusal::NotFound)?;
        if !tx.waive_refund(refund.id, now).await?.ok_or(Refusal::RefundEnded)? {
            return Ok(());
        }
        let history = vec!["refund_waived"];
        tx.save_orders(&[OrderChange { history, ..unchanged(&order, order.status) }], now).await?;
        let said = json!({ "refund": refund.id, "amount": refund.amount, "reason": reason });
        self.record(&mut tx, by, Change::of("refund.waived", "order", order.id).after(said)).await?;
        tx.commit().await
    }
}
