//! The shop: its parts, its settings, and how it retries. Its verbs stand with their nouns.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use backon::{ExponentialBuilder, Retryable};
use futures::FutureExt as _;
use time::{Duration, OffsetDateTime, PrimitiveDateTime};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::domain::{Currency, Event, EventId, Limits, ManualPayment};
use crate::dto::LocalTime;

use super::catalog::RecentCatalog;
use super::content::CurrentContent;
use super::counts::COUNTS;
use super::limits::FullBuckets;
use super::mail::MailTidying;
use super::orders::Decisions;
use super::visits::VisitCounter;
use super::{
    Clock, Error, Ids, MediaStore, Outbox, PaperRenderer, PasskeyProtocol, Passwords, Payments, PictureMaker, Result,
    SecretKey, Store, TimeZone, WebhookSender,
};

/// What the owner decides.
#[derive(Debug, Clone)]
pub struct Settings {
    pub name: String,
    /// Where the shop is reached, without a slash at the end: `https://shop.example`.
    pub base_url: String,
    pub currency: Currency,
    /// How long a placed order waits for its payment.
    pub payment_window: Duration,
    /// How long after its last parcel of an order may be sent back, unless the shop has saved something else.
    pub return_window: Duration,
    /// How it is paid without a provider, unless the shop has saved something else; none: not at all.
    pub manual_payment: Option<ManualPayment>,
    /// How long after their sign-in staff sign in again.
    pub staff_session: Duration,
    /// How long after it was placed an order of a closed account tells whose it was.
    pub anonymise_after: Duration,
    /// So long after the last parcel of an order left its buyer is asked for reviews; nothing: nobody is.
    pub review_request_after: Duration,
    /// How long whoever begins to work here may do so without a second factor.
    pub factor_grace: Duration,
    /// What the tokens of orders are made with.
    pub secret_key: SecretKey,
    /// How often what can be guessed may be tried.
    pub limits: Limits,
}

/// Everything a shop is put together from, once, in the composition root.
pub struct Parts<S> {
    pub store: S,
    pub clock: Arc<dyn Clock>,
    pub time_zone: Arc<dyn TimeZone>,
    pub ids: Arc<dyn Ids>,
    pub passwords: Arc<dyn Passwords>,
    pub payments: Arc<dyn Payments>,
    /// Providers where nothing begins any more, and what began there is ended and given back.
    pub former_payments: Vec<Arc<dyn Payments>>,
    pub papers: Arc<dyn PaperRenderer>,
    pub pictures: Arc<dyn PictureMaker>,
    /// Where the files of pictures are kept.
    pub media: Arc<dyn MediaStore>,
    /// How webhooks go out.
    pub webhook_sender: Arc<dyn WebhookSender>,
    /// None: where the shop's address has no name there are no passkeys.
    pub passkeys: Option<Arc<dyn PasskeyProtocol>>,
    pub settings: Settings,
}

pub struct Shop<S> {
    parts: Arc<Parts<S>>,
    /// One, since a shop is copied many times for each request.
    state: Arc<State>,
    /// Whether what is only shown may come from a replica.
    reads_replica: bool,
    /// Whether what is the same for everybody is shown as it was a moment ago.
    shows_recent: bool,
}

/// What a process knows of itself while it runs.
struct State {
    /// Rings after a commit that appended events, so that the relay need not wait for its next poll.
    relay_wakeup: Notify,
    /// Rings when a webhook was stored.
    webhook_wakeup: Notify,
    /// Rings when a picture was uploaded.
    picture_wakeup: Notify,
    /// On which orders the inventory has decided, and whether it does.
    decisions: Decisions,
    /// What every page says of the shop.
    content: CurrentContent,
    /// What may not be tried for now, as far as this process knows.
    full_buckets: FullBuckets,
    /// Who looked at pages of this process today.
    visits: VisitCounter,
    /// When mail was last tidied.
    mail_tidying: MailTidying,
    /// What was counted and shown of the catalogue a moment ago.
    catalog: RecentCatalog,
}

impl<S> Clone for Shop<S> {
    fn clone(&self) -> Self {
        let (parts, state) = (Arc::clone(&self.parts), Arc::clone(&self.state));
        Self { parts, state, reads_replica: self.reads_replica, shows_recent: self.shows_recent }
    }
}

impl<S: Store> Shop<S> {
    pub fn new(parts: Parts<S>) -> Self {
        let state = State {
            relay_wakeup: Notify::new(),
            webhook_wakeup: Notify::new(),
            picture_wakeup: Notify::new(),
            decisions: Decisions::new(),
            content: CurrentContent::new(&parts.settings, Arc::clone(&parts.time_zone)),
            full_buckets: FullBuckets::default(),
            visits: VisitCounter::default(),
            mail_tidying: MailTidying::default(),
            catalog: RecentCatalog::default(),
        };
        Self { parts: Arc::new(parts), state: Arc::new(state), reads_replica: false, shows_recent: false }
    }

    pub fn store(&self) -> &S {
        &self.parts.store
    }

    /// The same shop for somebody who only looks: what `shown` reads comes from a replica, where there is one that keeps up and has
    /// every change of staff that this process knows of: what is dropped by such a change is never made anew of what was before.
    /// Not for whoever has just changed something else.
    #[must_use]
    pub fn reading_replica(&self) -> Self {
        Self { reads_replica: true, ..self.clone() }
    }

    /// The same shop for a page of somebody who only looks: what the catalogue shows everybody is read once for all who ask within a
    /// quarter of a second (`catalog/recent_catalog`). Not for whoever decides by what they see, as staff do.
    #[must_use]
    pub fn showing_recent(&self) -> Self {
        Self { shows_recent: true, ..self.clone() }
    }

    /// Reads what is only shown: of the replica, where this shop may; where that fails, of the primary. Nothing is decided by it.
    pub(super) async fn shown<'s, T, F>(&'s self, read: impl Fn(&'s S) -> F + Send) -> Result<T>
    where
        F: Future<Output = Result<T>> + Send,
    {
        let store = self.store();
        if let Some(replica) = store.replica().filter(|_| self.reads_replica) {
            match read(replica).await {
                Ok(found) => {
                    COUNTS.replica_reads.add(1);
                    return Ok(found);
                }
                Err(error) => {
                    COUNTS.replica_failures.add(1);
                    store.note_replica_failure(&error);
                }
            }
        }
        read(store).await
    }

    pub fn settings(&self) -> &Settings {
        &self.parts.settings
    }

    /// Notified after every commit that appended an event. The poll of the outbox is the truth; this only saves time.
    pub fn relay_wakeup(&self) -> &Notify {
        &self.state.relay_wakeup
    }

    /// Notified after every webhook that this process stored. The poll is the truth; this only saves time.
    pub fn webhook_wakeup(&self) -> &Notify {
        &self.state.webhook_wakeup
    }

    /// Notified after every picture that this process took in. The poll is the truth; this only saves time.
    pub fn picture_wakeup(&self) -> &Notify {
        &self.state.picture_wakeup
    }

    /// A fresh idempotency key for a form.
    pub fn new_key(&self) -> String {
        self.next_id().to_string()
    }

    /// A time as people are told it: in the shop's time zone.
    pub fn local_time(&self, at: OffsetDateTime) -> LocalTime {
        self.state.content.time_zone().local(at)
    }

    /// The time zone of the environment, which holds where the shop has saved none.
    pub(super) fn own_time_zone(&self) -> &Arc<dyn TimeZone> {
        &self.parts.time_zone
    }

    pub(super) fn current_content(&self) -> &CurrentContent {
        &self.state.content
    }

    pub(super) fn full_buckets(&self) -> &FullBuckets {
        &self.state.full_buckets
    }

    pub(super) fn recent_catalog(&self) -> &RecentCatalog {
        &self.state.catalog
    }

    pub(super) const fn reads_replica(&self) -> bool {
        self.reads_replica
    }

    pub(super) const fn shows_recent(&self) -> bool {
        self.shows_recent
    }

    pub(super) fn visit_counter(&self) -> &VisitCounter {
        &self.state.visits
    }

    pub(super) fn mail_tidying(&self) -> &MailTidying {
        &self.state.mail_tidying
    }

    /// When the shop's clocks show this.
    pub(super) fn at_local(&self, there: PrimitiveDateTime) -> OffsetDateTime {
        let utc = there.assume_utc();
        // The clocks may be put forward or back between the two: what is asked for second is near enough to be right.
        let guess = utc.saturating_sub(self.local_time(utc).offset());
        utc.saturating_sub(self.local_time(guess).offset())
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        self.parts.clock.now()
    }

    pub(super) fn next_id(&self) -> Uuid {
        self.parts.ids.next()
    }

    pub(super) fn passwords(&self) -> &dyn Passwords {
        self.parts.passwords.as_ref()
    }

    pub(super) fn payments(&self) -> &dyn Payments {
        self.parts.payments.as_ref()
    }

    /// The provider of this name, the one of today or one before it; none: it is not connected any more.
    pub(super) fn provider(&self, name: &str) -> Option<&dyn Payments> {
        let all = std::iter::once(&self.parts.payments).chain(&self.parts.former_payments);
        all.map(|provider| &**provider).find(|provider| provider.name() == name)
    }

    /// The names of those that are connected, the one of today first.
    pub(super) fn providers(&self) -> Vec<&'static str> {
        let all = std::iter::once(&self.parts.payments).chain(&self.parts.former_payments);
        all.map(|provider| provider.name()).collect()
    }

    pub(super) fn papers(&self) -> &dyn PaperRenderer {
        self.parts.papers.as_ref()
    }

    pub(super) fn pictures(&self) -> &dyn PictureMaker {
        self.parts.pictures.as_ref()
    }

    pub(super) fn media(&self) -> &dyn MediaStore {
        self.parts.media.as_ref()
    }

    pub(super) fn webhook_sender(&self) -> &dyn WebhookSender {
        self.parts.webhook_sender.as_ref()
    }

    pub(super) fn passkeys(&self) -> Option<&dyn PasskeyProtocol> {
        self.parts.passkeys.as_deref()
    }

    pub(super) fn currency(&self) -> Currency {
        self.settings().currency
    }

    /// Appends an event to the outbox of this transaction. Lock the aggregate's row first.
    pub(super) async fn append_event(&self, tx: &mut S::Tx, event: Event) -> Result<EventId> {
        let id = EventId(self.next_id());
        tx.append_event(super::encode(id, &event, self.now())?).await?;
        Ok(id)
    }

    pub(super) fn notify_webhooks(&self) {
        self.state.webhook_wakeup.notify_one();
    }

    pub(super) fn notify_pictures(&self) {
        self.state.picture_wakeup.notify_one();
    }

    pub(super) fn notify_relay(&self) {
        self.state.relay_wakeup.notify_one();
    }

    /// Takes a wake-up back that nobody waited for.
    pub(super) fn forget_wakeup(&self) {
        let _ = self.state.relay_wakeup.notified().now_or_never();
    }

    pub(super) fn decisions(&self) -> &Decisions {
        &self.state.decisions
    }
}

/// Tries a whole transaction again, at most five times in all, when it was in another's way: after 4 to 8 ms at first,
/// twice as long each time.
pub(super) async fn retried<T, F>(attempt: impl Fn() -> F + Send) -> Result<T>
where
    F: Future<Output = Result<T>> + Send,
{
    tried_again(&mut move || Box::pin(attempt())).await
}

type Attempt<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Compiled once for each thing that comes of it, and not for all that is tried: that made a megabyte of the same.
async fn tried_again<'a, T>(attempt: &mut (dyn FnMut() -> Attempt<'a, T> + Send)) -> Result<T> {
    let pauses =
        ExponentialBuilder::new().with_min_delay(std::time::Duration::from_millis(4)).with_max_times(4).with_jitter();
    attempt
        .retry(pauses)
        .when(|error| matches!(error, Error::Contended(_)))
        .notify(|error, pause| {
            COUNTS.retries.add(1);
            tracing::debug!(%error, ?pause, "transaction is tried again");
        })
        .await
}

/// Whether a statement changed what it was to change if nobody had had it since it was read. Where somebody was in its way,
/// nothing is changed, and it is done under a lock.
pub(super) fn unless_contended(changed: Result<bool>) -> Result<bool> {
    match changed {
        Err(Error::Contended(_)) => Ok(false),
        changed => changed,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::domain::Refusal;

    /// How often something is tried that fails so many times, and whether it was done.
    async fn tries(failures: u32, error: fn() -> Error) -> (u32, bool) {
        let tried = AtomicU32::new(0);
        let attempt = || async { if tried.fetch_add(1, Ordering::Relaxed) < failures { Err(error()) } else { Ok(()) } };
        let is_done = retried(attempt).await.is_ok();
        (tried.load(Ordering::Relaxed), is_done)
    }

    #[tokio::test]
    async fn what_was_in_anothers_way_is_tried_five_times_and_nothing_else_again() {
        let contended = || Error::Contended(anyhow::anyhow!("40001"));
        for (failures, expected) in [(0, (1, true)), (1, (2, true)), (4, (5, true)), (5, (5, false))] {
            assert_eq!(tries(failures, contended).await, expected, "{failures} failures");
        }
        assert_eq!(tries(1, || Error::Unavailable(anyhow::anyhow!("gone"))).await, (1, false));
        assert_eq!(tries(1, || Error::Broken(anyhow::anyhow!("no such table"))).await, (1, false));
        assert_eq!(tries(1, || Error::Refused(Refusal::NotFound)).await, (1, false));
    }

    #[test]
    fn only_what_was_in_anothers_way_is_done_under_a_lock() {
        assert!(unless_contended(Ok(true)).unwrap());
        assert!(!unless_contended(Ok(false)).unwrap());
        assert!(!unless_contended(Err(Error::Contended(anyhow::anyhow!("40P01")))).unwrap());
        assert!(unless_contended(Err(Error::Unavailable(anyhow::anyhow!("gone")))).is_err());
        assert!(unless_contended(Err(Error::Refused(Refusal::NotFound))).is_err());
    }
}
