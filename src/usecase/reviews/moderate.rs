//! Staff decide what is shown of what buyers say, and answer it. What they decide on is what they have read, and what others of them
//! have made of it: they name its version, which each change raises, theirs too. So no page that was left open undoes what somebody
//! has decided since.
//!
//! The words of buyers stay out of the audit log, which forgets nothing: they go with whoever wrote them.

use serde_json::json;

use crate::domain::{May, Refusal, ReviewId, ReviewState, parse_review_answer, permit};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::{DecidedReview, LockedReview, Reviews};

impl<S: Store> Shop<S> {
    /// Shows a review, also one that was declined before. One that is shown already stays as it is: somebody has read it.
    ///
    /// # Errors
    /// `NotFound`, `VersionMismatch` where it was changed since it was read.
    pub async fn publish_review(&self, by: May<permit::Reviews>, id: ReviewId, version: i64) -> Result<ReviewId> {
        self.decide(by, id, version, (ReviewState::Published, None)).await
    }

    /// Shows a review to nobody, or no more, with a reason that whoever wrote it reads on their order's page.
    ///
    /// # Errors
    /// `Invalid` (reason), `NotFound`, `VersionMismatch`.
    pub async fn decline_review(
        &self,
        by: May<permit::Reviews>,
        id: ReviewId,
        version: i64,
        reason: &str,
    ) -> Result<ReviewId> {
        let reason = parse_review_answer("reason", reason)?;
        self.decide(by, id, version, (ReviewState::Declined, Some(reason))).await
    }

    /// Answers a review in words that stand below it; without words the answer goes.
    ///
    /// # Errors
    /// `Invalid` (answer), `NotFound`, `VersionMismatch`.
    pub async fn answer_review(
        &self,
        by: May<permit::Reviews>,
        id: ReviewId,
        version: i64,
        answer: &str,
    ) -> Result<ReviewId> {
        let answer = match answer.trim() {
            "" => None,
            text => Some(parse_review_answer("answer", text)?),
        };
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let before = tx.lock_review(id).await?.ok_or(Refusal::NotFound)?;
            as_read(&before, version)?;
            tx.save_review_answer(id, answer.as_deref(), self.now()).await?;
            let characters = answer.as_ref().map(|answer| answer.chars().count());
            let change = Change::of("review.answered", "review", id).before(json!({ "characters": before.answered }));
            self.record(&mut tx, by, change.after(json!({ "characters": characters }))).await?;
            tx.commit().await?;
            Ok(id)
        })
        .await
    }

    async fn decide(
        &self,
        by: May<permit::Reviews>,
        id: ReviewId,
        version: i64,
        (to, reason): (ReviewState, Option<String>),
    ) -> Result<ReviewId> {
        let action = if to == ReviewState::Published { "review.published" } else { "review.declined" };
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let before = tx.lock_review(id).await?.ok_or(Refusal::NotFound)?;
            if before.state == to && to == ReviewState::Published {
                return Ok(id);
            }
            as_read(&before, version)?;
            tx.decide_review(&DecidedReview { id, to, reason: reason.clone(), at: self.now() }).await?;
            tx.count_stars(before.product, before.counted(), to.counted(before.review.stars)).await?;
            let change = Change::of(action, "review", id).before(json!({ "state": before.state }));
            let said = json!({ "state": to, "stars": before.review.stars, "product": before.product });
            self.record(&mut tx, by, change.after(said)).await?;
            tx.commit().await?;
            Ok(id)
        })
        .await
    }
}

/// Whether a review is what somebody has read.
const fn as_read(found: &LockedReview, version: i64) -> std::result::Result<(), Refusal> {
    if found.version == version { Ok(()) } else { Err(Refusal::VersionMismatch { current: found.version }) }
}
