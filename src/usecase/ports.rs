//! The ports that are nobody's noun: the store and its transactions, the clock, the source of ids.

use std::future::Future;
use std::pin::Pin;

use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    CartViews, Carts, CatalogViews, Catalogs, EventViews, Housekeeper, Inbox, Inventory, MailViews, Mails, OrderViews,
    Orders, Outbox, ProductViews, Products, Result, UserViews, Users,
};

/// A future that a port behind `dyn` returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the truth is kept. Views read one statement each, outside any transaction; whatever writes goes through one.
pub trait Store:
    CartViews
    + CatalogViews
    + EventViews
    + Housekeeper
    + MailViews
    + OrderViews
    + ProductViews
    + UserViews
    + Clone
    + Send
    + Sync
    + 'static
{
    type Tx: Tx;

    /// # Errors
    /// `Unavailable` when no connection is free in time.
    fn begin(&self) -> impl Future<Output = Result<Self::Tx>> + Send;
}

/// One transaction: every noun's writes. Dropped without `commit`, it never happened.
///
/// Lock order, everywhere: idempotency key → cart → order → inventory (variant id ascending) → payment → outbox.
pub trait Tx:
    Carts + Catalogs + Inbox + Inventory + Mails + Orders + Outbox + Products + Users + Send + 'static
{
    fn commit(self) -> impl Future<Output = Result<()>> + Send;
}

pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC, to the microsecond (what the database keeps).
    fn now(&self) -> OffsetDateTime;
}

pub trait Ids: Send + Sync + 'static {
    /// A new UUIDv7.
    fn next(&self) -> Uuid;
}
