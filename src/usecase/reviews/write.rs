//! Who bought something says what they think of it, once for each line of an order that has left; and may say something else, which
//! is read anew before it is shown.

use crate::domain::{OrderId, Refusal, ReviewId, VariantId, shown_name};
use crate::dto::{ReviewEditView, ReviewForm};

use super::super::shop::retried;
use super::super::{OrderAccess, Refunds, Result, Shop, Store, Tx};
use super::{NewReview, Reviews};

impl<S: Store> Shop<S> {
    /// A line of somebody's order, with what they have said of it.
    ///
    /// # Errors
    /// `NotFound` for an order that is not theirs, or what is no line of it; `NotSentYet`.
    pub async fn review_edit(
        &self,
        access: impl Into<OrderAccess> + Send,
        order: OrderId,
        variant: VariantId,
    ) -> Result<ReviewEditView> {
        let access = access.into();
        let found = match self.has_token(&access, order)? {
            true => self.store().any_order_view(order).await?,
            false => self.store().order_view(access.owner, order).await?,
        };
        let order = found.ok_or(Refusal::NotFound)?;
        let view = self.store().review_edit(order.id, variant).await?.ok_or(Refusal::NotFound)?;
        if view.own.is_none() && !order.sent_lines().contains(&variant) {
            return Err(Refusal::NotSentYet.into());
        }
        Ok(ReviewEditView { shown_name: shown_name(&view.shown_name), ..view })
    }

    /// Says what somebody thinks of a line of their order. What was said of it before is shown no more, until this is read;
    /// the same words once more change nothing. Answers its order.
    ///
    /// # Errors
    /// `Invalid` (stars, title, text, name), `NotFound` for an order that is not theirs, or what is no line of it; `NotSentYet`.
    pub async fn write_review(
        &self,
        access: impl Into<OrderAccess> + Send,
        order: OrderId,
        variant: VariantId,
        form: &ReviewForm,
    ) -> Result<OrderId> {
        let (access, review) = (access.into(), form.parse()?);
        retried(|| async {
            let mut tx = self.store().begin().await?;
            // Two tabs wait for each other here, so there is one review of a line, whatever is sent at once.
            let locked = self.lock_own(&mut tx, &access, order).await?;
            let (fulfilment, _) = tx.fulfilment(&locked).await?;
            let item = fulfilment.reviewable(variant)?;
            let before = tx.lock_review_of(item).await?;
            if before.as_ref().is_some_and(|before| before.review == review) {
                return Ok(order);
            }
            let id = before.as_ref().map_or_else(|| ReviewId(self.next_id()), |before| before.id);
            // The link of an old letter opens also the order of who has closed their account, or was made nobody.
            if !tx.save_review(&NewReview { id, order, item, review: review.clone(), at: self.now() }).await? {
                return Err(Refusal::NotFound.into());
            }
            if let Some(before) = before {
                tx.count_stars(before.product, before.counted(), None).await?;
            }
            tx.commit().await?;
            Ok(order)
        })
        .await
    }
}
