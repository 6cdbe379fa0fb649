//! Letters to whoever has not paid yet: the items are set aside, or a payment failed.
//!
//! Most people pay on the page that is before them. So these letters wait a little, and whoever has paid meanwhile, or given
//! up, gets none: each says until when it is true (`WhileUnpaid`).

use std::collections::BTreeMap;

use time::{Duration, OffsetDateTime};

use crate::domain::{EventId, MailId, OrderId};

use super::super::{Mails, NewMail, Result, Shop, Store, Tx, WhileUnpaid, mail_messages};
use super::{Orders, PaymentEnd, SettledPayment};

/// How long they wait: a part of the time that is left, and no longer than this.
const LONGEST_WAIT: Duration = Duration::minutes(3);
const PART_OF_TIME_LEFT: i32 = 5;

impl<S: Store> Shop<S> {
    /// Writes down that an attempt was declined, and queues the letter that says so: whoever tried may be gone. None where
    /// the order cannot be paid any more.
    pub(super) async fn settle_declined(&self, settled: &SettledPayment) -> Result<PaymentEnd> {
        let mut tx = self.store().begin().await?;
        let end = tx.settle_payment(settled).await?;
        if let PaymentEnd::Settled(_) = end
            && let Some(facts) = tx.order_facts(&[settled.order]).await?.pop()
            && let Some(until) = facts.pay_until.filter(|until| *until > settled.at)
        {
            let message = mail_messages::payment_failed(&self.named_settings(), &facts, &self.local_time(until));
            // One for each attempt.
            let cause = EventId(settled.id.0);
            let (id, about, while_unpaid) =
                (MailId(self.next_id()), Some(facts.id), Some(while_unpaid(settled.at, until)));
            tx.queue_mail(&[NewMail { id, cause, about, to: facts.email, message, while_unpaid }], settled.at).await?;
        }
        tx.commit().await?;
        Ok(end)
    }

    /// Queues the letters to those whose items were set aside just now, by what caused it. None to whom nothing is asked of.
    pub(super) async fn tell_set_aside(&self, tx: &mut S::Tx, causes: &BTreeMap<OrderId, EventId>) -> Result<()> {
        if causes.is_empty() {
            return Ok(());
        }
        let (now, ids) = (self.now(), causes.keys().copied().collect::<Vec<_>>());
        let mut mail = Vec::with_capacity(ids.len());
        let shop = self.named_settings();
        for facts in tx.order_facts(&ids).await? {
            let (Some(until), Some(cause)) = (facts.pay_until, causes.get(&facts.id)) else { continue };
            if facts.total.is_zero() {
                continue;
            }
            let message = mail_messages::items_set_aside(&shop, &facts, &self.local_time(until));
            let (id, about, while_unpaid) = (MailId(self.next_id()), Some(facts.id), Some(while_unpaid(now, until)));
            mail.push(NewMail { id, cause: *cause, about, to: facts.email, message, while_unpaid });
        }
        tx.queue_mail(&mail, now).await
    }
}

fn while_unpaid(now: OffsetDateTime, pay_until: OffsetDateTime) -> WhileUnpaid {
    let wait = ((pay_until - now) / PART_OF_TIME_LEFT).clamp(Duration::ZERO, LONGEST_WAIT);
    WhileUnpaid { due_at: now.saturating_add(wait), pay_until }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_waits_a_fifth_of_the_time_that_is_left_and_three_minutes_at_most() {
        let now = OffsetDateTime::UNIX_EPOCH;
        for (left, wait) in [(900, 180), (604_800, 180), (300, 60), (10, 2), (0, 0), (-5, 0)] {
            let until = now + Duration::seconds(left);
            let WhileUnpaid { due_at, pay_until } = while_unpaid(now, until);
            assert_eq!((due_at - now, pay_until), (Duration::seconds(wait), until), "{left}");
        }
    }
}
