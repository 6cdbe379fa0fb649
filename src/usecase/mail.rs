//! Mail on its way: queued in the transaction that is their cause, sent afterwards, each accepted at most once.
//!
//! A mail is marked `sending` before the mail server hears of it. When nobody knows whether the server took it (the
//! process died, the answer was lost), it stays `uncertain` and is not sent again: a missing mail can be asked for, a
//! second one cannot be taken back.

use std::future::Future;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::{Email, EventId, Limit, MailId, May, OrderId, Refusal, permit};

use super::audit::Change;
use super::traces::cause_of_mail;
use super::{BoxFuture, MailMessage, Result, Shop, Store, Tx};

/// A mail that a sender has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailJob {
    pub id: MailId,
    pub to: Email,
    /// The business's address; none: it has told none.
    pub reply_to: Option<Email>,
    pub message: MailMessage,
    /// The paper that goes with it.
    pub file: Option<MailFile>,
    /// Attempts so far, this one included.
    pub attempts: u32,
    /// The step of a trace that caused it; none where nobody collects them.
    pub traceparent: Option<String>,
}

impl MailJob {
    /// Whether it is given up if the server does not take it now.
    pub fn is_last_attempt(&self) -> bool {
        backoff_after(self.attempts).is_none()
    }
}

/// A file that goes with a mail.
#[derive(Clone, PartialEq, Eq)]
pub struct MailFile {
    /// `INV-2026-000001.pdf`
    pub name: String,
    /// A PDF.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for MailFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MailFile({}, {} bytes)", self.name, self.bytes.len())
    }
}

/// What has become of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// Waits for its next attempt.
    Queued,
    Sending,
    Accepted,
    /// Given up.
    Refused,
    /// Nobody knows whether the server took it.
    Uncertain,
}

impl MailState {
    pub const ALL: [Self; 5] = [Self::Queued, Self::Sending, Self::Accepted, Self::Refused, Self::Uncertain];

    /// As the database and the command line spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Uncertain => "uncertain",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

/// A mail that is not sent, as its keeper sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailEntry {
    pub id: MailId,
    pub kind: String,
    pub to: String,
    pub state: MailState,
    pub attempts: u32,
    pub created_at: OffsetDateTime,
    /// When the next attempt is due, if it waits for one.
    pub due_at: OffsetDateTime,
    pub last_error: Option<String>,
}

/// Which mail is to be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailRetry {
    /// This one, if it was not accepted: an uncertain one, too, since whoever names it accepts that it may come twice.
    One(MailId),
    /// All that were given up or wait for their next attempt.
    All,
}

pub trait MailViews {
    /// Mail that is not accepted, the oldest first.
    fn unsent_mail(&self, most: u32) -> impl Future<Output = Result<Vec<MailEntry>>> + Send;
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

/// A mail to be queued, and the event that is its cause.
#[derive(Debug, Clone)]
pub struct NewMail {
    pub id: MailId,
    pub cause: EventId,
    /// The order it is about, where its cause is no event that tells.
    pub about: Option<OrderId>,
    pub to: Email,
    pub message: MailMessage,
    /// None: it is sent at once, whatever becomes of the order.
    pub while_unpaid: Option<WhileUnpaid>,
    /// The step of a trace that causes it; none where nobody collects them.
    pub traceparent: Option<String>,
}

/// When a mail is sent that asks for money: later, and only if its order still waits until then to be paid.
#[derive(Debug, Clone, Copy)]
pub struct WhileUnpaid {
    pub due_at: OffsetDateTime,
    pub pay_until: OffsetDateTime,
}

/// A mail whose attempt has ended; a `NotNow` is due again at `again_at`.
#[derive(Debug, Clone)]
pub struct SettledMail {
    pub id: MailId,
    pub sent: Sent,
    pub again_at: OffsetDateTime,
    /// It may bear a link that works once, of which nothing is kept once it was accepted.
    pub may_bear_secrets: bool,
}

/// When this process last tidied the queue: mail is taken many times a second, and that costs as much as taking it.
#[derive(Debug, Default)]
pub(super) struct MailTidying(AtomicI64);

impl MailTidying {
    /// Once in a second, beginning with the first.
    fn is_due(&self, now: OffsetDateTime) -> bool {
        let second = now.unix_timestamp();
        self.0.swap(second, Ordering::Relaxed) != second
    }
}

/// The senders' side of the queue. Each is one statement.
pub trait MailQueue {
    /// Drops what asks for money that its order does not wait for any more, or until another time, and marks what has been
    /// `sending` since before `given_up` as `uncertain`.
    fn tidy_mail(&self, now: OffsetDateTime, given_up: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;

    /// Takes mail that is due, with its file, and marks it `sending`; what waits for its file is not due yet, nor is what asks
    /// for money that its order does not wait for. Marks what cannot be read as `refused`: it must not stop the rest.
    fn take_mail(&self, most: u32, now: OffsetDateTime) -> impl Future<Output = Result<Vec<MailJob>>> + Send;

    /// Records how attempts ended.
    fn settle_mail(&self, settled: &[SettledMail], now: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;
}

pub trait Mails {
    /// Queues each unless its cause has one already.
    fn queue_mail(&mut self, mail: &[NewMail], now: OffsetDateTime) -> impl Future<Output = Result<()>> + Send;

    /// When staff wrote to the customer of a locked order since, the earliest first; none: there is no such order, or they were
    /// made nobody.
    fn staff_messages(
        &mut self,
        order: OrderId,
        since: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<Vec<OffsetDateTime>>>> + Send;

    /// Queues a letter about an order that was accepted once more, as it was, unless it was for this cause; answers whether it is
    /// new. None: there is no such letter, it asks for money, or is a copy.
    fn copy_mail(
        &mut self,
        of: MailId,
        copy: MailId,
        cause: EventId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<bool>>> + Send;

    /// Makes mail due at once, with all its attempts before it; answers how many.
    fn retry_mail(&mut self, which: MailRetry, now: OffsetDateTime) -> impl Future<Output = Result<u32>> + Send;
}

/// The way a mail leaves the house.
pub trait Mailer: Send + Sync + 'static {
    /// Sends one mail, within 15 s. `id` makes the Message-ID, so it is the same for each attempt.
    fn send(&self, job: MailJob) -> BoxFuture<'_, Sent>;
}

/// How long to wait after an attempt that failed, in seconds: after the first 10 s, then a minute, 5, 15, 30, an hour,
/// two. Then every four hours.
const PAUSES: [i64; 7] = [10, 60, 300, 900, 1_800, 3_600, 7_200];
const LAST_PAUSE: Duration = Duration::hours(4);
/// With the pauses above this makes three days, all but eight minutes: whoever mends their mail server after a long weekend
/// loses nothing.
const ATTEMPTS: u32 = 25;

/// The pause after so many attempts; none when there were enough.
fn backoff_after(attempts: u32) -> Option<Duration> {
    let pause = PAUSES.get(usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX));
    (attempts < ATTEMPTS).then(|| pause.map_or(LAST_PAUSE, |seconds| Duration::seconds(*seconds)))
}

fn settled(job: &MailJob, sent: Sent, now: OffsetDateTime) -> SettledMail {
    let pause = backoff_after(job.attempts);
    let sent = match sent {
        Sent::NotNow(why) if pause.is_none() => Sent::Never(why),
        sent => sent,
    };
    let may_bear_secrets = job.message.may_bear_secrets();
    SettledMail { id: job.id, sent, again_at: now.saturating_add(pause.unwrap_or_default()), may_bear_secrets }
}

impl<S: Store> Shop<S> {
    /// A mail that is sent at once and is its own cause.
    pub(super) fn new_mail(&self, about: Option<OrderId>, to: Email, message: MailMessage) -> NewMail {
        self.mail_for(EventId(self.next_id()), about, to, message)
    }

    /// A mail that is sent at once, for this cause.
    pub(super) fn mail_for(&self, cause: EventId, about: Option<OrderId>, to: Email, message: MailMessage) -> NewMail {
        let (id, traceparent) = (MailId(self.next_id()), cause_of_mail(cause));
        NewMail { id, cause, about, to, message, while_unpaid: None, traceparent }
    }

    /// Takes at most `most` of what is due.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn take_mail(&self, most: u32) -> Result<Vec<MailJob>> {
        let now = self.now();
        if self.mail_tidying().is_due(now) {
            self.store().tidy_mail(now, now.saturating_sub(Duration::minutes(10))).await?;
        }
        self.store().take_mail(most, now).await
    }

    /// Records how attempts to send ended, at once: a mail that was not taken is due again after a pause that grows, for
    /// three days in all.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`; then none is recorded.
    pub async fn settle_mail(&self, ended: &[(MailJob, Sent)]) -> Result<()> {
        let now = self.now();
        let settled: Vec<_> = ended.iter().map(|(job, sent)| settled(job, sent.clone(), now)).collect();
        self.store().settle_mail(&settled, now).await
    }

    /// Mail that is not accepted, the oldest first.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn unsent_mail(&self, most: u32) -> Result<Vec<MailEntry>> {
        self.store().unsent_mail(most).await
    }

    /// Tries mail again, at once; answers how many.
    ///
    /// # Errors
    /// `NotFound` for one that there is not, or that needs no attempt.
    pub async fn retry_mail(&self, which: MailRetry) -> Result<u32> {
        let mut tx = self.store().begin().await?;
        let count = tx.retry_mail(which, self.now()).await?;
        if count == 0 && matches!(which, MailRetry::One(_)) {
            return Err(Refusal::NotFound.into());
        }
        tx.commit().await?;
        Ok(count)
    }
}

impl<S: Store> Shop<S> {
    /// Staff have mail tried again, at once; answers how many.
    ///
    /// # Errors
    /// `NotFound` for one that there is not, or that needs no attempt.
    pub async fn retry_mail_for(&self, by: May<permit::Mail>, which: MailRetry) -> Result<u32> {
        let mut tx = self.store().begin().await?;
        let count = tx.retry_mail(which, self.now()).await?;
        let subject = match which {
            MailRetry::One(_) if count == 0 => return Err(Refusal::NotFound.into()),
            MailRetry::One(id) => id.to_string(),
            MailRetry::All if count == 0 => return Ok(0),
            MailRetry::All => "all".to_owned(),
        };
        self.record(&mut tx, by, Change::of("mail.retried", "mail", subject).after(json!({ "count": count }))).await?;
        tx.commit().await?;
        Ok(count)
    }

    /// Staff have a letter about an order sent once more, as it was, for whoever has lost it: once a day. Answers whether it was
    /// not yet.
    ///
    /// # Errors
    /// `NotFound` for one that there is not, that was not accepted, that asks for money, or that is such a copy itself;
    /// `TooManyTries`.
    pub async fn resend_mail(&self, by: May<permit::Mail>, id: MailId) -> Result<bool> {
        // Each letter has its day; whoever sends one after the other meets the limit of those in their own words.
        let counted = self.take_tries(vec![(Limit::LettersPerSender, by.user().to_string())]).await?;
        let sent = self.resend_mail_once(by, id).await;
        if !matches!(sent, Ok(true)) {
            self.give_back_tries(counted).await;
        }
        sent
    }

    async fn resend_mail_once(&self, by: May<permit::Mail>, id: MailId) -> Result<bool> {
        let (copy, now) = (MailId(self.next_id()), self.now());
        let mut tx = self.store().begin().await?;
        let is_new = tx.copy_mail(id, copy, again_on(id, now), now).await?.ok_or(Refusal::NotFound)?;
        if is_new {
            let change = Change::of("mail.sent_again", "mail", id).after(json!({ "copy": copy }));
            self.record(&mut tx, by, change).await?;
        }
        tx.commit().await?;
        Ok(is_new)
    }
}

/// Names the day, in the last four digits: a mail is queued once per cause, and a copy is known by the others.
fn again_on(id: MailId, now: OffsetDateTime) -> EventId {
    let day = now.unix_timestamp().div_euclid(86_400).unsigned_abs();
    EventId(Uuid::from_u128(id.0.as_u128() ^ u128::from(day)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_tried_for_three_days_with_growing_pauses() {
        let pauses: Vec<_> = (1..).map_while(backoff_after).collect();
        assert_eq!(pauses.first(), Some(&Duration::seconds(10)));
        assert!(pauses.is_sorted());
        let all: Duration = pauses.iter().copied().sum();
        assert!((Duration::hours(71)..=Duration::hours(72)).contains(&all), "{all}");
        assert_eq!(pauses.len() + 1, 25);
    }

    #[test]
    fn the_queue_is_tidied_once_in_a_second_and_the_first_time() {
        let (tidying, begin) = (MailTidying::default(), OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap());
        let due =
            [0, 0, 400, 1_000, 1_999, 2_000, 660_000].map(|ms| tidying.is_due(begin + Duration::milliseconds(ms)));
        assert_eq!(due, [true, false, false, true, false, true, true]);
    }
}
