//! What waits for somebody: events for the bus and for their consumers, mail for its server, payments for their provider. For
//! whoever watches the shop; the back office has the rows themselves.

use std::future::Future;

use crate::dto::GroupLag;

use super::{Result, Shop, Store};

/// Each is counted up to here: that more waits tells nothing more.
const MOST: u32 = 100_000;

/// How many, and the age of the oldest in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    pub waiting: u64,
    pub oldest_seconds: u64,
}

/// What waits in the whole shop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backlogs {
    /// Events that nobody has acknowledged.
    pub events: Backlog,
    /// Of these, those that are set aside until a time of their own.
    pub events_held: u64,
    /// Messages that nobody could read and nobody has put back.
    pub dead_letters: u64,
    /// Mail that waits, and for how long one has been due.
    pub mail_queued: Backlog,
    pub mail_sending: u64,
    /// Mail that did not go, as long as its words are kept, and mail of which nobody knows.
    pub mail_refused: u64,
    pub mail_uncertain: u64,
    /// Attempts to pay that have no end.
    pub payments: Backlog,
}

/// The port.
pub trait BacklogViews {
    /// Each of them up to so many.
    fn backlogs(&self, most: u32) -> impl Future<Output = Result<Backlogs>> + Send;
}

impl<S: Store> Shop<S> {
    /// What waits, and how far each consumer group is.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn backlogs(&self) -> Result<(Backlogs, Vec<GroupLag>)> {
        Ok((self.store().backlogs(MOST).await?, self.group_lags().await?))
    }
}
