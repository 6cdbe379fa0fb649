//! Housekeeping: what nobody will ask for again is removed, each kind by itself and in batches.

use std::future::Future;

use time::{Duration, OffsetDateTime};

use super::{Error, Result, Settings, Shop, Store};

/// What grows old.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stale {
    /// Published 7 days ago.
    Events,
    /// Put back on their topic 30 days ago; until then somebody may want to look at them.
    DeadLetters,
    /// Handled 14 days ago.
    Inbox,
    /// Kept for a day, and so is what staff typed into forms (`kept_forms`), which goes with them and is not counted.
    IdempotencyKeys,
    /// Expired; with a guest's goes the cart that it alone knew, if nobody touched it for a day and nothing was ordered of it:
    /// most were a robot's.
    Sessions,
    /// Guests' carts that nobody touched for 30 days.
    Carts,
    /// Mail that ended 90 days ago: the row stays, without address, subject and words.
    Mail,
    /// What payment providers told us of 90 days ago.
    Webhooks,
    /// Invitations to work here that were over 30 days ago: nobody sends them again.
    Invitations,
    /// What other programs were to be told 30 days ago, told or not.
    WebhookDeliveries,
    /// Buckets of tries that are full again, as new ones are.
    Tries,
    /// Links to accounts that were over a day ago.
    AccountLinks,
    /// Files with somebody's data that were over.
    DataExports,
    /// Wishes to hear when something is back that were over.
    StockWishes,
    /// Who placed orders before the time that the shop keeps them for, and has closed their account: the orders stay.
    ClosedAccounts,
}

impl Stale {
    pub const ALL: [Self; 15] = [
        Self::Events,
        Self::DeadLetters,
        Self::Inbox,
        Self::IdempotencyKeys,
        Self::Sessions,
        Self::Carts,
        Self::Mail,
        Self::Webhooks,
        Self::Invitations,
        Self::WebhookDeliveries,
        Self::Tries,
        Self::AccountLinks,
        Self::DataExports,
        Self::StockWishes,
        Self::ClosedAccounts,
    ];

    const fn kept(self, settings: &Settings) -> Duration {
        match self {
            Self::Events => Duration::days(7),
            Self::DeadLetters | Self::Carts | Self::Invitations | Self::WebhookDeliveries => Duration::days(30),
            Self::Inbox => Duration::days(14),
            Self::IdempotencyKeys | Self::AccountLinks => Duration::days(1),
            Self::Sessions | Self::Tries | Self::DataExports | Self::StockWishes => Duration::ZERO,
            Self::Mail | Self::Webhooks => Duration::days(90),
            Self::ClosedAccounts => settings.anonymise_after,
        }
    }
}

/// The port: one batch of one kind.
pub trait Housekeeper {
    /// Removes at most `most` of what is older than `before`, and answers how many it were.
    fn remove_stale(
        &self,
        kind: Stale,
        before: OffsetDateTime,
        now: OffsetDateTime,
        most: u32,
    ) -> impl Future<Output = Result<u64>> + Send;
}

/// What a round of housekeeping did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Housekeeping {
    pub events: u64,
    pub dead_letters: u64,
    pub inbox: u64,
    pub keys: u64,
    pub sessions: u64,
    pub carts: u64,
    pub mail: u64,
    pub webhooks: u64,
    pub invitations: u64,
    pub webhook_deliveries: u64,
    pub tries: u64,
    pub account_links: u64,
    pub data_exports: u64,
    pub stock_wishes: u64,
    /// Orders that tell of nobody any more.
    pub anonymised_orders: u64,
    /// What could not be done, or not to its end; the next round tries again.
    pub failed: Vec<Stale>,
}

impl Housekeeping {
    fn count(&mut self, kind: Stale) -> &mut u64 {
        match kind {
            Stale::Events => &mut self.events,
            Stale::DeadLetters => &mut self.dead_letters,
            Stale::Inbox => &mut self.inbox,
            Stale::IdempotencyKeys => &mut self.keys,
            Stale::Sessions => &mut self.sessions,
            Stale::Carts => &mut self.carts,
            Stale::Mail => &mut self.mail,
            Stale::Webhooks => &mut self.webhooks,
            Stale::Invitations => &mut self.invitations,
            Stale::WebhookDeliveries => &mut self.webhook_deliveries,
            Stale::Tries => &mut self.tries,
            Stale::AccountLinks => &mut self.account_links,
            Stale::DataExports => &mut self.data_exports,
            Stale::StockWishes => &mut self.stock_wishes,
            Stale::ClosedAccounts => &mut self.anonymised_orders,
        }
    }
}

/// The most rows of one statement: a fraction of a second.
const BATCH: u32 = 1000;
/// The most batches of a kind in one round; the next one goes on.
const BATCHES: u32 = 500;

impl<S: Store> Shop<S> {
    /// Removes what nobody will ask for again. A kind that fails is logged and does not stop the others.
    ///
    /// # Errors
    /// That of the last kind, when every kind failed.
    pub async fn run_housekeeping(&self) -> Result<Housekeeping> {
        let mut done = Housekeeping::default();
        let mut last = None;
        for kind in Stale::ALL {
            if let Err(cause) = self.remove_all(kind, done.count(kind)).await {
                tracing::error!(?kind, error = ?cause, "housekeeping failed");
                done.failed.push(kind);
                last = Some(cause);
            }
        }
        match last {
            Some(cause) if done.failed.len() == Stale::ALL.len() => Err(cause),
            _ => Ok(done),
        }
    }

    async fn remove_all(&self, kind: Stale, removed: &mut u64) -> std::result::Result<(), Error> {
        let now = self.now();
        for _ in 0..BATCHES {
            let batch =
                self.store().remove_stale(kind, now.saturating_sub(kind.kept(self.settings())), now, BATCH).await?;
            *removed += batch;
            if batch < u64::from(BATCH) {
                break;
            }
        }
        Ok(())
    }
}
