//! What went back at a provider and fits into no payment, or went back twice: it is set aside (`money_back`), and told of until
//! somebody has looked into it.

use std::future::Future;

use serde_json::json;
use time::OffsetDateTime;

use crate::domain::{May, OrderId, PaymentId, Refusal, permit};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::Orders;

pub trait RefundsAside {
    /// Notes of what is set aside of a payment of a locked order, by its provider's name for it, that staff have looked into
    /// it: whether that is news. None: there is no such thing.
    fn note_aside_seen(
        &mut self,
        order: OrderId,
        payment: PaymentId,
        reference: &str,
        at: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<bool>>> + Send;
}

impl<S: Store> Shop<S> {
    /// Staff have looked into what is set aside of an order: nobody is told of it again. It stays, and still finds its place
    /// when there is room. Said again, nothing changes.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn look_into_refund_aside(
        &self,
        by: May<permit::Refunds>,
        id: OrderId,
        payment: PaymentId,
        reference: &str,
    ) -> Result<OrderId> {
        retried(|| async {
            let (mut tx, now) = (self.store().begin().await?, self.now());
            let order = tx.lock_orders(&[id]).await?.pop().ok_or(Refusal::NotFound)?;
            if !tx.note_aside_seen(order.id, payment, reference, now).await?.ok_or(Refusal::NotFound)? {
                return Ok(id);
            }
            let said = json!({ "payment": payment, "reference": reference });
            self.record(&mut tx, by, Change::of("refund.looked_into", "order", order.id).after(said)).await?;
            tx.commit().await?;
            Ok(id)
        })
        .await
    }
}
