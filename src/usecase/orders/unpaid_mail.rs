//! Mail to whoever has not paid yet: the items are set aside, or a payment failed.
//!
//! Most people pay on the page that is before them. So it waits a little, and whoever has paid meanwhile, or given
//! up, gets none: each mail says until when it is true (`WhileUnpaid`). That items are set aside is written only then, for
//! most of it would be written in vain; that a payment failed is written with its end.

use time::{Duration, OffsetDateTime};

use crate::domain::EventId;

use super::super::{Mails, NewMail, Result, Shop, Store, Tx, WhileUnpaid, mail_messages};
use super::{Orders, PaymentEnd, SettledPayment};

/// How long they wait: a part of the time that is left, and no longer than this.
const LONGEST_WAIT: Duration = Duration::minutes(3);
const PART_OF_TIME_LEFT: i32 = 5;

impl<S: Store> Shop<S> {
    /// Writes down that an attempt was declined, and queues the mail that says so: whoever tried may be gone. None where
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
            let while_unpaid = Some(while_unpaid(settled.at, until));
            let mail = NewMail { while_unpaid, ..self.mail_for(cause, Some(facts.id), facts.email, message) };
            tx.queue_mail(&[mail], settled.at).await?;
        }
        tx.commit().await?;
        Ok(end)
    }

    /// Queues the mail to those whose items have been set aside for a while and who have not paid, at most so many; answers to
    /// how many. Each order has one of these. None to those of whom nothing is asked, or who pay in another way.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn ask_for_payment(&self, most: u32) -> Result<u32> {
        let now = self.now();
        // Whose whole time began a wait ago, or before.
        let whole = now.saturating_add(self.settings().payment_window);
        let until = whole.saturating_sub(wait(self.settings().payment_window));
        let ids = self.store().unasked_orders(now, until, most).await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let mut tx = self.store().begin_keyed().await?;
        let mut mail = Vec::with_capacity(ids.len());
        let shop = self.named_settings();
        // In one order: of two who ask at once, the second waits for the first, and neither for each other.
        let mut asked = tx.order_facts(&ids).await?;
        asked.sort_unstable_by_key(|facts| facts.id);
        for facts in asked {
            let Some(pay_until) = facts.pay_until else { continue };
            let message = mail_messages::items_set_aside(&shop, &facts, &self.local_time(pay_until));
            let while_unpaid = Some(WhileUnpaid { due_at: now, pay_until });
            // Whoever asks for it at the same time asks once.
            let cause = EventId(facts.id.0);
            mail.push(NewMail { while_unpaid, ..self.mail_for(cause, Some(facts.id), facts.email, message) });
        }
        tx.queue_mail(&mail, now).await?;
        tx.commit().await?;
        Ok(u32::try_from(mail.len()).unwrap_or(u32::MAX))
    }
}

fn while_unpaid(now: OffsetDateTime, pay_until: OffsetDateTime) -> WhileUnpaid {
    WhileUnpaid { due_at: now.saturating_add(wait(pay_until - now)), pay_until }
}

fn wait(left: Duration) -> Duration {
    (left / PART_OF_TIME_LEFT).clamp(Duration::ZERO, LONGEST_WAIT)
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
