//! The way back to an order: who knows its number and its e-mail address is sent a mail with the link.
//!
//! Two steps, so that whoever asks learns nothing, not even by the time it takes: looking it up is one read, whether
//! there is such an order or not, and what follows need not be waited for.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::{Email, EventId, OrderId};

use super::super::shop::retried;
use super::super::{Mails, Result, Shop, Store, Tx, mail_messages};
use super::Orders;

/// An order's life is cut into windows this long: in each, one link at most is mailed, however often it is asked for.
const WINDOW: Duration = Duration::minutes(10);

impl<S: Store> Shop<S> {
    /// The order with this number, if it has this e-mail address, in whatever case.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn find_order(&self, number: i64, email: &Email) -> Result<Option<OrderId>> {
        self.store().order_by_number(number, email).await
    }

    /// Mails the link to the address of the order: with the token to a guest, without to who has an account.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn mail_order_link(&self, order: OrderId) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            if let Some(facts) = tx.order_facts(&[order]).await?.pop() {
                let now = self.now();
                let message = mail_messages::order_link(&self.named_settings(), &facts);
                let cause = cause(order, facts.created_at, now);
                let mail = self.mail_for(cause, Some(order), facts.email, message);
                tx.queue_mail(&[mail], now).await?;
            }
            tx.commit().await
        })
        .await
    }
}

/// Names the window: a mail is queued once per cause.
fn cause(order: OrderId, created_at: OffsetDateTime, now: OffsetDateTime) -> EventId {
    let window = (now - created_at).whole_seconds().max(0).unsigned_abs() / WINDOW.whole_seconds().unsigned_abs();
    EventId(Uuid::from_u128(order.0.as_u128() ^ u128::from(window)))
}
