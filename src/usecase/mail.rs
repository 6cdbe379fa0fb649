//! Mail on their way: queued in the transaction that is their cause, sent afterwards, each accepted at most once.
//!
//! A mail is marked `sending` before the mail server hears of it. When nobody knows whether the server took it (the
//! process died, the answer was lost), it stays `uncertain` and is not sent again: a missing mail can be asked for, a
//! second one cannot be taken back.

use std::future::Future;

use time::{Duration, OffsetDateTime};

use crate::domain::{Email, EventId, MailId};

use super::{BoxFuture, MailMessage, Result, Shop, Store, Tx};

/// A mail that a sender has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailJob {
    pub id: MailId,
    pub to: Email,
    pub message: MailMessage,
    /// Attempts so far, this one included.
    pub attempts: u32,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sent {
    Accepted,
    /// The server did not take it and said so, or was not reached: it may be tried again.
    NotNow(String),
    /// The server will never take it.
    Never(String),
    /// Nobody knows.
    Uncertain(String),
}

pub trait Mails {
    /// Queues a mail unless this cause has one already.
    fn queue_mail(
        &mut self,
        id: MailId,
        cause: EventId,
        to: &Email,
        message: &MailMessage,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Takes mail that are due, marks them `sending`; marks those `uncertain` that have been `sending` since before
    /// `given_up`.
    fn take_mail(
        &mut self,
        most: u32,
        now: OffsetDateTime,
        given_up: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<MailJob>>> + Send;

    /// Records how an attempt ended; `again_at` is when a `NotNow` is due.
    fn settle_mail(
        &mut self,
        id: MailId,
        sent: &Sent,
        again_at: OffsetDateTime,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// The way a mail leaves the house.
pub trait Mailer: Send + Sync + 'static {
    /// Sends one mail, within 15 s. `id` makes the Message-ID, so it is the same for each attempt.
    fn send(&self, job: MailJob) -> BoxFuture<'_, Sent>;
}

/// A mail is tried this often before it is given up.
const ATTEMPTS: u32 = 8;

impl<S: Store> Shop<S> {
    /// Takes at most `most` mail that are due.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn take_mail(&self, most: u32) -> Result<Vec<MailJob>> {
        let now = self.now();
        let mut tx = self.store().begin().await?;
        let jobs = tx.take_mail(most, now, now.saturating_sub(Duration::minutes(10))).await?;
        tx.commit().await?;
        Ok(jobs)
    }

    /// Records how an attempt to send ended: a mail that was not taken is due again after 5 s, 10 s, 20 s …, at most
    /// eight times.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn settle_mail(&self, job: &MailJob, sent: Sent) -> Result<()> {
        let sent = match sent {
            Sent::NotNow(why) if job.attempts >= ATTEMPTS => Sent::Never(why),
            sent => sent,
        };
        let now = self.now();
        let pause = Duration::seconds(5_i64.saturating_mul(1 << job.attempts.clamp(1, 12).saturating_sub(1)));
        let mut tx = self.store().begin().await?;
        tx.settle_mail(job.id, &sent, now.saturating_add(pause), now).await?;
        tx.commit().await
    }
}
