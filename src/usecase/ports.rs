//! The ports that are nobody's noun: the store and its transactions, the clock, the source of ids.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::dto::LocalTime;

use super::{
    AccountViews, AccountWrites, AddressViews, Addresses, ApiKeyViews, ApiKeys, Audit, AuditViews, BacklogViews,
    BookViews, BoughtTogether, CartChoices, CartFilling, CartViews, Carts, CatalogViews, Catalogs, CategoryEdits,
    CategoryViews, ContentViews, ContentWrites, CustomerNotes, CustomerViews, CustomerWrites, EndpointViews, Endpoints,
    Error, EventViews, ExportViews, FacetViews, FactorViews, FactorWrites, Housekeeper, IdempotencyKeys, ImportQueue,
    ImportViews, ImportWrites, Imports, Inbox, Inventory, KeptAnswers, KeptForms, MailQueue, MailViews, Mails,
    ManualPayments, MoneyBack, OrderMail, OrderNotes, OrderPaying, OrderPlaces, OrderPlacing, OrderViews, Orders,
    Outbox, Packing, PaperViews, Papers, PictureQueue, PictureViews, Pictures, PlacedPictures, Pricing, PricingViews,
    PrivacyViews, PrivacyWrites, ProductEdits, ProductViews, Products, RefundQueue, Refunds, RefundsAside,
    RestoreViews, Restores, Result, Returns, ReviewViews, Reviews, RuleFormViews, SearchViews, SellerViews, Sellers,
    Shipments, SitemapViews, SoldCounts, StaffViews, StockWishViews, StockWishes, SuggestionViews, Synonyms, TeamViews,
    Teams, TermViews, TermWrites, Tries, UserViews, Users, Visits, WaivedRefunds, WebhookInbox, WebhookQueue,
    Wishlists,
};

/// A future that a port behind `dyn` returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the truth is kept. Views read one statement each, outside any transaction; whatever writes goes through one, or is
/// one statement that writes all or nothing.
pub trait Store:
    AccountViews
    + AddressViews
    + ApiKeyViews
    + AuditViews
    + BacklogViews
    + BookViews
    + BoughtTogether
    + CartChoices
    + CartFilling
    + CartViews
    + CatalogViews
    + ContentViews
    + CategoryViews
    + CustomerViews
    + EndpointViews
    + EventViews
    + ExportViews
    + FacetViews
    + FactorViews
    + Housekeeper
    + ImportQueue
    + ImportViews
    + KeptAnswers
    + KeptForms
    + MailQueue
    + MailViews
    + OrderMail
    + OrderPaying
    + OrderPlacing
    + OrderViews
    + PaperViews
    + PictureQueue
    + PictureViews
    + PricingViews
    + PrivacyViews
    + ProductViews
    + RefundQueue
    + RestoreViews
    + ReviewViews
    + RuleFormViews
    + SearchViews
    + SellerViews
    + SitemapViews
    + SoldCounts
    + TermViews
    + StaffViews
    + StockWishViews
    + SuggestionViews
    + TeamViews
    + Tries
    + UserViews
    + Visits
    + WebhookInbox
    + WebhookQueue
    + Wishlists
    + Clone
    + Send
    + Sync
    + 'static
{
    type Tx: Tx;

    /// # Errors
    /// `Unavailable` when no connection is free in time.
    fn begin(&self) -> impl Future<Output = Result<Self::Tx>> + Send;

    /// The same for what is done over and over with rows that are named by their keys: how they are found does not depend
    /// on which they are.
    ///
    /// # Errors
    /// As `begin`.
    fn begin_keyed(&self) -> impl Future<Output = Result<Self::Tx>> + Send;

    /// A replica of it that is a moment behind, but has every change of staff that shoppers may see and this process knows of; none:
    /// there is none, or it must not be read now. For what is only shown (`Shop::shown`), never for what is decided.
    fn replica(&self) -> Option<&Self>;

    /// How many changes of staff this process knows of: its own, each counted before whoever made it is answered, and those of other
    /// processes, a moment later. What was read while this was another number may be older than one of them.
    fn staff_changes(&self) -> u64;

    /// The replica did not give what it was asked for. One that does not answer is not asked again before it was looked at.
    fn note_replica_failure(&self, error: &Error);
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
/// 4. categories (by whoever arranges them alone, then slug), then products (id, and not slug: that may become another while
///    somebody waits) and, under each product's lock, its former slugs, its variants, its pictures and what follows from them: no
///    variant's price or sku is written without it, and no picture is shown. Pictures of a category are written under its lock.
///    Whoever takes a picture to make its sizes skips locked ones and holds nothing else
/// 5. orders (id); whoever skips locked ones needs no order; then, by whoever chooses to pay by hand, the orders that the
///    same person pays so
/// 6. what is decided about shipping, tax and promotions (`SettingsSet`, in that order), then promotions (id), then their
///    uses (promotion, customer), then the seller and the shop's terms, then its content
///    and pages, then, under the lock of its content, its own pictures
/// 7. reservations (order id), then their lines
/// 8. inventory (variant id), then movements
/// 9. payments, refunds, parcels and returns, in whatever order: whoever writes one that is known holds its order since
///    step 5. A new refund is written before its payment's sum, and so is its end. Whoever takes refunds or attempts to ask a
///    provider about them skips locked ones and holds nothing else, nor does whoever notes that it was asked
///    Then what was said of their lines (a review, by its id), and after it the ratings of products (id): staff who decide on one
///    take it alone, and its product's rating, before 13. With a rating goes what its product says of it (a trigger of migration
///    0250): the products of one statement, by their ids, behind their ratings. It is the one step back, and no circle: nobody who
///    holds a product waits for an order, a review or a rating
/// 10. the numbers of papers (series, year), of invoices and of what cancels a credit note before those of credit notes; then
///     the invoices that are credited (id)
/// 11. mail; or endpoints of outgoing webhooks (id), then their deliveries, and mail that nobody else knows yet. Whoever takes deliveries to send them skips locked
///     ones and holds nothing else
/// 12. outbox, whose rows only the relay locks again, by statements of their own; then a file of products, by whoever has
///     made a catalogue of it. Whoever takes one or says how far it has come skips locked ones or holds nothing else that
///     another of them waits for
/// 13. the end of the audit log's chain, by whoever writes the next row, and nothing after it
///
/// A statement that is a transaction by itself keeps the order, too: who puts something into a cart, or chooses how or where it
/// is sent, takes 3; placing an order takes 1, 3 and 6, and writes rows of 5
/// and 12 that nobody else knows yet; paying takes 5, 9 and 12, as does a transaction that records a payment or the end of a
/// refund; an attempt that is declined 5, 9 and 11. What the inventory has decided queues mail after its events, rows of 12
/// and 11 that nobody else knows yet. A refund that staff decide takes 1, 5, 7, 8, 9 and 12, a return that has come 5, 7, 8 and 9; asking for one or
/// answering it, and choosing to pay by hand, take 5, 9 and 11; a refund that failed after it had been carried out 5, 9, 10
/// and 11. Whoever makes a customer nobody takes, as step 3, the carts of
/// guests with their address (id), an invitation to it, their own cart and their account, then 5, uses of 6, 11 and 13; what goes with the
/// account is nobody's but theirs. Whoever takes guests' orders along takes the guest's cart, the account's, and the account
/// `for key share` as step 3, then 5. Whoever changes
/// what proves an account, or mails a link to it, takes the account as step 3 and then its links or second factors, 5 and 11, and
/// 13 where staff reset them; so does a welcome,
/// which takes the account `for key share`, and in a batch both before all else but the inbox. Whoever changes who works here takes the
/// accounts of all staff, by id, as step 3, then an invitation, 11, 12 and 13. Whoever makes or revokes
/// a program's key takes the key, which nothing else waits for, and 13. Whoever ends somebody's sessions takes the accounts of all staff, theirs, and 13. Whoever marks orders as packed takes all of them as
/// step 5, and 13; whoever changes many products at once takes all of them as step 4, and 13.
///
/// A file of products takes 2 and 4 for all of its products, then rows of 4 and 8 that nobody else knows yet, then the variants
/// of 4 that get another sku (id), 12 and 13. An edit of options takes 4, its variants by their ids, rows of 4 and 8 that nobody else
/// knows yet, and 13. New slugs and skus are written in their order by both, so that two wait for each other and not around; and
/// whoever gives a product another asks first whether another product has it, and does not wait for somebody who gives it up: they
/// may want the one that is given up here. A file holds categories
/// `for key share` behind its products: only whoever takes one away, or gives it another address, waits for that, and does so
/// behind products, too.
///
/// Somebody who gives another password by a link takes the account as step 3, the link, 5, the links that end with the password, and
/// 11: nobody takes links who does not hold their account. Somebody who opens an account by an invitation takes that as step 3 and not
/// the team, writes an account and a row of 12 that nobody else knows yet, and takes 5 and 13.
///
/// Buckets of tries are locked by their key, by statements of their own that hold nothing else; housekeeping skips locked ones.
///
/// Whoever closes their account takes step 3 as whoever makes a customer nobody does, then its orders, 5, and 11; what goes with the account is
/// theirs alone. Whoever keeps the file of somebody's data takes the account as step 3, the file and 11; whoever takes one to make it
/// skips locked ones and holds nothing else. Whoever tells of what is back takes wishes, skipping locked ones, and then 11; whoever
/// writes, confirms or forgets one holds nothing before it but what it refers to, and writes one of an account behind that as step 3.
/// Whoever asks for reviews takes orders as step 5, skipping locked ones, writes that they were asked, and then 11.
/// Whoever writes other words for a search takes all of them, which nothing else waits for, and 13.
/// Whoever sees to a database that was restored takes 6, 9, 11, 12 and 13, and then 11, 12 and 13: nobody else is at work.
/// What is bought together is written by itself, product by product in the order of their ids, and refers to them.
/// What is put on a wishlist, or taken off it, is one statement that locks nothing else but what it refers to.
///
/// Rows that refer to others lock these as well, but only against being deleted or given another key (`for key share`):
/// lines of carts refer to products and variants, lines of orders, reservations and movements to variants. Such a lock gives way to every
/// other but that of a changed sku or slug; whoever changes one holds nothing of steps 5 to 12 that others know, and takes the product
/// before its variants and those in the order of their ids, as lines of an order are written. So rows are locked `for no key
/// update` throughout.
pub trait Tx:
    AccountWrites
    + Addresses
    + ApiKeys
    + Audit
    + Carts
    + Catalogs
    + ContentWrites
    + CategoryEdits
    + CustomerNotes
    + CustomerWrites
    + Endpoints
    + FactorWrites
    + IdempotencyKeys
    + ImportWrites
    + Imports
    + Inbox
    + Inventory
    + Mails
    + ManualPayments
    + MoneyBack
    + OrderNotes
    + OrderPlaces
    + Orders
    + Outbox
    + Packing
    + Papers
    + Pictures
    + PlacedPictures
    + Pricing
    + PrivacyWrites
    + ProductEdits
    + Products
    + Refunds
    + RefundsAside
    + Restores
    + Sellers
    + Returns
    + Reviews
    + Shipments
    + StockWishes
    + Synonyms
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
