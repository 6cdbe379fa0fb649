//! After a restore: the database is as it was at a moment, and the world outside has seen more. What cannot be taken back (a
//! number in somebody's hand, a letter, a charge) is not done a second time.
//!
//! Two transactions, each once for a moment: the audit log says which were. Between them whoever operates the shop lets what was
//! on its way have its effect, and has the provider asked (`server/src/commands/restored.rs`). Nobody else may be at work.

use std::future::Future;

use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use crate::domain::{Actor, Seller};

use super::audit::Change;
use super::pricing::SettingsSet;
use super::shop::retried;
use super::{Backlogs, Error, Outbox, Pricing, Result, Sellers, Shop, Store, Tx};

const BEGUN: &str = "restore.begun";
const ENDED: &str = "restore.ended";
const KIND: &str = "restore";

/// Of the outbox at a time: it holds a week.
const PART: u32 = 5_000;
/// Backlogs are counted up to here.
const MOST: u32 = 1_000_000;

/// How a database stands that was restored to a moment.
#[derive(Debug, Clone)]
pub struct RestoredState {
    /// When its first part was done, and its second; none: not yet.
    pub begun_at: Option<OffsetDateTime>,
    pub ended_at: Option<OffsetDateTime>,
    /// The newest event's time; none: there is no event.
    pub newest_event: Option<OffsetDateTime>,
    /// The places of events that were published and have not had all of their effects.
    pub without_effect: Vec<i64>,
    /// What waits besides.
    pub waiting: Backlogs,
    /// Who sells; none: nobody has said it, and there are no invoices.
    pub seller: Option<Seller>,
}

/// What the first part did.
#[derive(Debug, Clone)]
pub struct RestoreBegun {
    pub at: OffsetDateTime,
    /// In whose series numbers are given from now on; none: nobody sells.
    pub seller: Option<Seller>,
    /// Letters that were queued, and wait until somebody approves of them.
    pub mail: u64,
    /// Events that may have their effect again.
    pub events: u64,
    /// Orders that are placed from now on have higher numbers.
    pub last_number_left_out: Option<i64>,
}

/// What the second part did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestoreEnded {
    /// Letters that came of all this, and wait as well.
    pub mail: u64,
    /// Events that are published once more, for whoever else reads them.
    pub events: u64,
}

pub trait RestoreViews {
    /// When the audit log was told of this, first.
    fn recorded_at(
        &self,
        action: &str,
        kind: &str,
        subject: &str,
    ) -> impl Future<Output = Result<Option<OffsetDateTime>>> + Send;

    /// When the newest event happened.
    fn newest_event(&self) -> impl Future<Output = Result<Option<OffsetDateTime>>> + Send;

    /// Of so many places of the outbox behind this one, those of published events that one of their groups has not handled; and
    /// the last place that was looked at, or none where there is none.
    fn events_without_effect(
        &self,
        after: i64,
        most: u32,
    ) -> impl Future<Output = Result<(Vec<i64>, Option<i64>)>> + Send;
}

pub trait Restores {
    /// Events are as they were before they were published; answers how many.
    fn unpublish_events(&mut self, positions: &[i64]) -> impl Future<Output = Result<u64>> + Send;

    /// Every event that was published since then is published once more; answers how many.
    fn unpublish_since(&mut self, since: OffsetDateTime) -> impl Future<Output = Result<u64>> + Send;

    /// Providers may be asked at once about every attempt without an end, and every refund that is to be given.
    fn forget_looks(&mut self) -> impl Future<Output = Result<()>> + Send;

    /// Takes so many numbers of orders for nobody, of which none comes back with a transaction; answers the last.
    fn leave_out_order_numbers(&mut self, count: u32) -> impl Future<Output = Result<Option<i64>>> + Send;

    /// Whatever is not sent waits until somebody names it, but for what asks for money when it is too late; answers how many.
    fn hold_mail(&mut self, why: &str, now: OffsetDateTime) -> impl Future<Output = Result<u64>> + Send;
}

impl<S: Store> Shop<S> {
    /// How this database stands, if it was restored to this moment. Changes nothing.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn restored_state(&self, to: OffsetDateTime) -> Result<RestoredState> {
        let (store, subject) = (self.store(), subject_of(to)?);
        let (mut without_effect, mut after) = (Vec::new(), 0);
        loop {
            let (found, last) = store.events_without_effect(after, PART).await?;
            without_effect.extend(found);
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
        Ok(RestoredState {
            begun_at: store.recorded_at(BEGUN, KIND, &subject).await?,
            ended_at: store.recorded_at(ENDED, KIND, &subject).await?,
            newest_event: store.newest_event().await?,
            without_effect,
            waiting: store.backlogs(MOST).await?,
            seller: store.seller().await?,
        })
    }

    /// The first part, for a database that was restored to this moment: invoices and credit notes go on in series that nobody
    /// has seen, numbers of orders are left out, providers may be asked at once, and events whose effect was lost may have it.
    /// Whatever mail is queued waits from now on: whoever starts a worker before the second part is done sends none of it.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn begin_after_restore(
        &self,
        to: OffsetDateTime,
        without_effect: &[i64],
        order_numbers: u32,
    ) -> Result<RestoreBegun> {
        let subject = subject_of(to)?;
        let why = why_held(&subject);
        retried(|| async {
            let at = self.now();
            let mut tx = self.store().begin().await?;
            tx.lock_settings(SettingsSet::Tax).await?;
            let before = tx.current_seller().await?;
            let seller = before.as_ref().map(|seller| seller.in_new_series(at));
            if let Some(seller) = &seller {
                tx.save_seller(seller).await?;
            }
            tx.forget_looks().await?;
            let mail = tx.hold_mail(&why, at).await?;
            let events = tx.unpublish_events(without_effect).await?;
            tx.end_pauses(at).await?;
            let last_number_left_out = tx.leave_out_order_numbers(order_numbers).await?;
            let change = Change::of(BEGUN, KIND, &subject).before(series_of(before.as_ref())).after(json!({
                "series": series_of(seller.as_ref()),
                "mail": mail,
                "events": events,
                "last_order_number_left_out": last_number_left_out,
            }));
            self.record(&mut tx, Actor::Shop, change).await?;
            tx.commit().await?;
            Ok(RestoreBegun { at, seller, mail, events, last_number_left_out })
        })
        .await
    }

    /// The second part, once nothing is on its way any more: what mail has come of it waits until somebody approves of it, too.
    /// `published_since`: what was published since then, here and to nobody else, is published once more.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn end_after_restore(
        &self,
        to: OffsetDateTime,
        published_since: Option<OffsetDateTime>,
    ) -> Result<RestoreEnded> {
        let subject = subject_of(to)?;
        let why = why_held(&subject);
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let mail = tx.hold_mail(&why, self.now()).await?;
            let events = match published_since {
                Some(since) => tx.unpublish_since(since).await?,
                None => 0,
            };
            let change = Change::of(ENDED, KIND, &subject).after(json!({ "mail": mail, "events": events }));
            self.record(&mut tx, Actor::Shop, change).await?;
            tx.commit().await?;
            Ok(RestoreEnded { mail, events })
        })
        .await
    }
}

/// One spelling of each moment.
fn subject_of(to: OffsetDateTime) -> Result<String> {
    to.to_offset(UtcOffset::UTC).format(&Rfc3339).map_err(|cause| Error::Broken(cause.into()))
}

/// What is noted of a letter that waits.
fn why_held(subject: &str) -> String {
    format!("restored to {subject}: it may have been sent since")
}

fn series_of(seller: Option<&Seller>) -> Value {
    seller.map_or(Value::Null, |seller| json!([seller.invoice_series, seller.credit_note_series]))
}
