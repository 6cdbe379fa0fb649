//! A letter asks whoever bought something what they think of it: some days after the last parcel of their order left, once, and
//! never an address that has said that it does not want to be asked.

use time::Duration;

use crate::domain::{OrderId, Refusal};
use crate::dto::ReviewRequestView;

use super::super::shop::retried;
use super::super::{LinkToken, Mails, NewMail, OrderFacts, Orders, Result, Shop, Store, Tx, mail_reviews};
use super::{Reviews, SentWithin};

const TO_END: &str = "end_review_requests";
/// The link of a letter works for as long as there is its order.
const ANY_GENERATION: i32 = 0;
/// Whoever could not be asked within this time, for the shop stood still or did not ask then, is not asked.
const ASKED_WITHIN: Duration = Duration::days(7);

impl<S: Store> Shop<S> {
    /// Asks at most so many buyers; answers how many. None where the shop does not ask.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn request_reviews(&self, most: u32) -> Result<usize> {
        let after = self.settings().review_request_after;
        if after.is_zero() {
            return Ok(0);
        }
        retried(|| async {
            let now = self.now();
            let until = now.saturating_sub(after);
            let sent = SentWithin { after: until.saturating_sub(ASKED_WITHIN), until };
            let mut tx = self.store().begin().await?;
            let orders = tx.take_review_requests(sent, now, most).await?;
            if orders.is_empty() {
                return Ok(0);
            }
            let shop = self.named_settings();
            let letter = |facts: OrderFacts| -> Result<NewMail> {
                let end = LinkToken::made(&self.settings().secret_key, TO_END, facts.id.0, ANY_GENERATION)?;
                let message = mail_reviews::review_request(&shop, &facts, &end);
                Ok(self.new_mail(Some(facts.id), facts.email, message))
            };
            let facts = tx.order_facts(&orders).await?;
            let mail = facts.into_iter().map(letter).collect::<Result<Vec<_>>>()?;
            tx.queue_mail(&mail, now).await?;
            tx.commit().await?;
            Ok(mail.len())
        })
        .await
    }

    /// What the link of such a letter says to who brings it.
    ///
    /// # Errors
    /// `LinkOver`.
    pub async fn review_request(&self, token: &LinkToken) -> Result<ReviewRequestView> {
        let order = self.asked_about(token)?.ok_or(Refusal::LinkOver)?;
        self.store().review_request(order).await?.ok_or_else(|| Refusal::LinkOver.into())
    }

    /// Asks the address of such a letter about nothing any more. Answers whether the link was one of these.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn end_review_requests(&self, token: &LinkToken) -> Result<bool> {
        let Some(order) = self.asked_about(token)? else { return Ok(false) };
        let mut tx = self.store().begin().await?;
        tx.refuse_review_requests(order, self.now()).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Whether a link is one of these letters, wherever it is brought. Nothing is read for that.
    ///
    /// # Errors
    /// `Broken`.
    pub fn ends_review_requests(&self, token: &LinkToken) -> Result<bool> {
        Ok(self.asked_about(token)?.is_some())
    }

    fn asked_about(&self, token: &LinkToken) -> Result<Option<OrderId>> {
        let Some(id) = token.id() else { return Ok(None) };
        let proves = token.proves(&self.settings().secret_key, TO_END, id, ANY_GENERATION)?;
        Ok(proves.then_some(OrderId(id)))
    }
}
