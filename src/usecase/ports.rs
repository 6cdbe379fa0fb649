//! The ports that are nobody's noun: the store and its transactions, the clock, the source of ids.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::dto::LocalTime;

use super::{
    AddressViews, Addresses, ApiKeyViews, ApiKeys, Audit, AuditViews, CartViews, Carts, CatalogViews, Catalogs,
    CategoryEdits, CategoryViews, ContentViews, ContentWrites, CustomerNotes, CustomerViews, CustomerWrites,
    EndpointViews, Endpoints, EventViews, ExportViews, Housekeeper, IdempotencyKeys, ImportQueue, ImportViews,
    ImportWrites, Imports, Inbox, Inventory, KeptAnswers, KeptForms, MailQueue, MailViews, Mails, ManualPayments,
    MoneyBack, OrderNotes, OrderPaying, OrderPlacing, OrderViews, Orders, Outbox, PaperViews, Papers, PictureQueue,
    Pictures, Pricing, PricingViews, ProductEdits, ProductViews, Products, RefundQueue, Refunds, RefundsAside, Result,
    Returns, RuleFormViews, SellerViews, Sellers, Shipments, StaffViews, TeamViews, Teams, TermViews, TermWrites,
    UserViews, Users, WaivedRefunds, WebhookInbox, WebhookQueue,
};

/// A future that a port behind `dyn` returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the truth is kept. Views read one statement each, outside any transaction; whatever writes goes through one, or is
/// one statement that writes all or nothing.
pub trait Store:
    AddressViews
    + ApiKeyViews
    + AuditViews
    + CartViews
    + CatalogViews
    + ContentViews
    + CategoryViews
    + CustomerViews
    + EndpointViews
    + EventViews
    + ExportViews
    + Housekeeper
    + ImportQueue
    + ImportViews
    + KeptAnswers
    + KeptForms
    + MailQueue
    + MailViews
    + OrderPaying
    + OrderPlacing
    + OrderViews
    + PaperViews
    + PictureQueue
    + PricingViews
    + ProductViews
    + RefundQueue
    + RuleFormViews
    + SellerViews
    + TermViews
    + StaffViews
    + TeamViews
    + UserViews
    + WebhookInbox
    + WebhookQueue
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
/// Lock order, everywhere. A transaction may leave steps out and never goes back; rows of one step are locked in the order
/// that stands beside it. Tests fail on any deadlock, also one that a retry hides.
///
/// 1. the idempotency key, or the inbox rows of a batch (event id)
/// 2. the catalogue's currency, by whoever makes products: shared by imports, one at a time for single products, and alone
///    by whoever changes it, which nobody does who holds it already
/// 3. cart, then its lines; then an address book, by its owner's row
/// 4. categories (slug), then each product (slug) and, under the product's lock, its variants, its pictures and what follows
///    from them: no variant's price or sku is written without it, and no picture is shown. Whoever takes a picture to make its
///    sizes skips locked ones and holds nothing else
/// 5. orders (id); whoever skips locked ones needs no order; then, by whoever chooses to pay by hand, the orders that the
///    same person pays so
/// 6. what is decided about shipping, tax and promotions (`SettingsSet`, in that order), then promotions (id), then their
///    uses (promotion, customer), then the seller and the shop's terms, then its content
///    and pages
/// 7. reservations (order id), then their lines
/// 8. inventory (variant id), then movements
/// 9. payments, refunds, parcels and returns, in whatever order: whoever writes one that is known holds its order since
///    step 5. A new refund is written before its payment's sum, and so is its end. Whoever takes refunds or attempts to ask a
///    provider about them skips locked ones and holds nothing else, nor does whoever notes that it was asked
/// 10. the numbers of papers (series, year), of invoices and of what cancels a credit note before those of credit notes; then
///     the invoices that are credited (id)
/// 11. mail; or endpoints of outgoing webhooks (id), then their deliveries. Whoever takes deliveries to send them skips locked
///     ones and holds nothing else
/// 12. outbox, whose rows only the relay locks again, by statements of their own; then a file of products, by whoever has
///     made a catalogue of it. Whoever takes one or says how far it has come skips locked ones or holds nothing else that
///     another of them waits for
/// 13. the end of the audit log's chain, by whoever writes the next row, and nothing after it
///
/// A statement that is a transaction by itself keeps the order, too: placing an order takes 1, 3 and 6, and writes rows of 5
/// and 12 that nobody else knows yet; paying takes 5, 9 and 12, as does a transaction that records a payment or the end of a
/// refund; an attempt that is declined 5, 9 and 11. What the inventory has decided queues mail after its events, rows of 12
/// and 11 that nobody else knows yet. A refund that staff decide takes 1, 5, 7, 8, 9 and 12, a return that has come 5, 7, 8 and 9; asking for one or
/// answering it, and choosing to pay by hand, take 5, 9 and 11; a refund that failed after it had been carried out 5, 9, 10
/// and 11. Whoever makes a customer nobody takes, as step 3, the carts of
/// guests with their address (id), an invitation to it, their own cart and their account, then 5, 11 and 13; what goes with the
/// account is nobody's but theirs. Whoever takes guests' orders along takes the guest's cart, the account's, and the account
/// `for key share` as step 3, then 5. Whoever changes who works here takes the
/// accounts of all staff, by id, as step 3, then an invitation, 11, 12 and 13. Whoever makes or revokes
/// a program's key takes the key, which nothing else waits for, and 13.
///
/// A file of products takes 2 and 4 for all of its products, then rows of 4 and 8 that nobody else knows yet, then the variants
/// of 4 that get another sku, 12 and 13. Its new slugs and skus are written in their order, so that two files wait for each other and not around. It holds categories
/// `for key share` behind its products: only whoever takes one away waits for that, and does so behind products, too.
///
/// Rows that refer to others lock these as well, but only against being deleted or given another key (`for key share`):
/// lines of carts and orders, reservations and movements refer to products and variants. Such a lock gives way to every
/// other but that of a changed sku, and whoever changes one holds nothing of steps 5 to 12 that others know. So rows are locked `for no key
/// update` throughout.
pub trait Tx:
    Addresses
    + ApiKeys
    + Audit
    + Carts
    + Catalogs
    + ContentWrites
    + CategoryEdits
    + CustomerNotes
    + CustomerWrites
    + Endpoints
    + IdempotencyKeys
    + ImportWrites
    + Imports
    + Inbox
    + Inventory
    + Mails
    + ManualPayments
    + MoneyBack
    + OrderNotes
    + Orders
    + Outbox
    + Papers
    + Pictures
    + Pricing
    + ProductEdits
    + Products
    + Refunds
    + RefundsAside
    + Sellers
    + Returns
    + Shipments
    + Teams
    + TermWrites
    + Users
    + WaivedRefunds
    + Send
    + 'static
{
    fn commit(self) -> impl Future<Output = Result<()>> + Send;
}

pub trait Clock: Send + Sync + 'static {
    /// Now, in UTC, to the microsecond (what the database keeps).
    fn now(&self) -> OffsetDateTime;
}

pub trait TimeZone: Send + Sync + 'static {
    /// The time as the shop's clocks show it.
    fn local(&self, at: OffsetDateTime) -> LocalTime;

    /// Its IANA name.
    fn name(&self) -> String;

    /// The zone with this name, by the same rules.
    fn named(&self, name: &str) -> Option<Arc<dyn TimeZone>>;

    /// The names of places that there are zones of, and `UTC`.
    fn names(&self) -> Vec<String>;
}

pub trait Ids: Send + Sync + 'static {
    /// A new UUIDv7.
    fn next(&self) -> Uuid;
}
