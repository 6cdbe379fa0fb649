//! What the shop does: each noun's ports (the traits an adapter implements), then its verbs as methods of `Shop`.
//!
//! Nothing here knows SQL, Kafka, HTTP or a page. A use case begins one transaction and commits it; use cases do not
//! call each other. Whole transactions are retried when the database says that two of them were in each other's way.

mod account;
mod addresses;
mod admin;
mod api_keys;
mod audit;
mod backlogs;
mod backoff;
mod books;
mod business;
mod cart;
mod cart_owner;
mod catalog;
mod consume;
mod content;
mod counts;
mod customers;
mod editor;
mod error;
mod events;
#[cfg(all(test, shuttle))]
pub(crate) mod explore;
mod exports;
mod factors;
mod housekeeping;
mod idempotency;
mod imports;
mod inventory;
mod kept_forms;
mod limits;
mod link_token;
mod mail;
mod mail_account;
mod mail_content;
mod mail_factors;
mod mail_facts;
mod mail_messages;
mod mail_reviews;
mod mail_samples;
mod mail_sentences;
mod mail_typed;
mod mail_wishes;
mod newest;
mod notification;
mod orders;
mod outgoing;
mod papers;
mod payments;
mod pictures;
mod ports;
mod pricing;
mod privacy;
mod relay;
mod restored;
mod reviews;
mod secret_key;
mod seller;
mod shop;
mod staff;
mod stock_wishes;
pub(crate) mod sync;
mod tables;
mod terms;
mod traces;
mod users;
mod visits;
mod webhooks;
mod wishlist;

pub use account::{AccountLink, AccountViews, AccountWrites, EmailChange, NewAccountLink};
pub use addresses::{AddressViews, Addresses};
pub use admin::{SalesQuarter, Span, StaffViews};
pub use api_keys::{ApiKeyToken, ApiKeyViews, ApiKeys, KeptApiKey, NewApiKey};
pub use audit::{Audit, AuditHead, AuditRow, AuditViews};
pub use backlogs::{Backlog, BacklogViews, Backlogs};
pub use backoff::{Backoff, backoff};
pub use books::{BookLine, BookRule, BookViews, OrderRule};
pub use cart::{CartFilling, CartLineRow, CartToFill, Carts, VariantForSale};
pub use cart_owner::{CartMerge, CartOwner};
pub use catalog::{
    BoughtTogether, CatalogViews, Catalogs, Catalogue, CatalogueCurrency, CategoryCounts, CategoryEdits, CategoryEntry,
    CategoryViews, CurrencyLock, Cursor, CursorKey, FACETED_PRODUCTS, FacetSets, FacetViews, FacetedSet, ImageEntry,
    KeyKind, Listed, MOST_TAGS, NewProduct, NewVariant, OptionsSaved, OptionsWrite, Place, ProductChange, ProductEdit,
    ProductEdits, ProductEntry, ProductFacts, ProductKey, ProductRewrite, ProductViews, Products, Search, SearchViews,
    ShelfVariant, SitemapPiece, SitemapPlace, SitemapViews, SoldCounts, SuggestionViews, Synonyms, TagCount,
    ValueCount, VariantChoice, VariantEdit, VariantEntry, search_cursor,
};
pub use consume::HeldEvent;
pub use content::{ContentRecord, ContentViews, ContentWrites, NewPageVersion};
pub use counts::{COUNTS, Count, Counts, Inside, Level};
pub use customers::{
    CustomerExport, CustomerNotes, CustomerViews, CustomerWrites, LockedCustomer, NewCustomerNote, NoteOf,
};
pub use error::{Error, Result, RuleBroken};
pub use events::{
    DeadLetter, EventViews, Inbox, Outbox, OutboxEvent, SetAside, SetAsideView, decode, encode, id_of_place,
};
pub use exports::{
    CustomersExport, CustomersPlace, ExportViews, ExportedCustomer, ExportedItem, ExportedOrder, OrdersExport,
    TablePart,
};
pub use factors::{
    AskedPasskey, FactorViews, FactorWrites, Factors, FirstFactor, HalfSignIn, KeptPasskey, MadePasskey, NewPasskey,
    PasskeyCheck, PasskeyProtocol, RecoveryCodes, TotpFactor,
};
pub use housekeeping::{Housekeeper, Housekeeping, Stale};
pub use idempotency::{IdempotencyKeys, KeptAnswers, KeyOwner, KeyUse};
pub use imports::{
    ImportJob, ImportPictureJob, ImportPictureWrite, ImportQueue, ImportViews, ImportWrites, Imports, NewImport,
    PictureSource, ProductWrite, VariantWrite,
};
pub use inventory::{Inventory, LockedReservation, NewReservation};
pub use kept_forms::KeptForms;
pub use limits::{Bucket, BucketKey, DeviceToken, TakenTries, Tries, TryTaken};
pub use link_token::LinkToken;
pub use mail::{
    MailEntry, MailFile, MailJob, MailQueue, MailRetry, MailState, MailViews, Mailer, Mails, NewMail, Sent,
    SettledMail, WhileUnpaid,
};
pub use mail_content::{MailContent, MailItem, MailPart, MailSum};
pub use mail_facts::{OrderFacts, ParcelFacts};
pub use mail_messages::{LINKS_ONCE, MailMessage};
pub use notification::OrderMail;
pub use orders::{
    Admit, CartVersion, CheckoutChoices, CheckoutFacts, CountedUses, DueRefund, EarlierLine, EarlierOrder, FoundRefund,
    LockedOrder, ManualPayments, MoneyBack, NewNote, NewOrder, NewPayment, NewRefund, NewReturn, NewShipment,
    OpenElsewhere, OrderAccess, OrderBasis, OrderBasisQuery, OrderChange, OrderKey, OrderLine, OrderNotes, OrderPaying,
    OrderPayment, OrderPlace, OrderPlaces, OrderPlacing, OrderRequest, OrderToPay, OrderToken, OrderViews, Orders,
    Packing, PackingState, PaymentEnd, PlaceOrder, RecordedPayment, RefundFromProvider, RefundOfPayment, RefundQueue,
    Refunds, RefundsAside, RequestedItem, ReturnChange, ReturnRow, Returns, SettledPayment, SettledRefund, Shipments,
    StartedPayment, TimeToPay, WaivedRefunds,
};
pub use outgoing::{
    EndpointViews, Endpoints, LockedEndpoint, MOST_ENDPOINTS, NewEndpoint, NewWebhookDelivery, SecretVersion,
    SettledWebhook, WebhookAnswer, WebhookJob, WebhookQueue, WebhookRequest, WebhookSender,
};
pub use papers::{
    CreditNote, Issued, KeptPaper, LineToPack, NewPaper, NoPaper, OrderInvoice, OrderPaper, OrderToPack, PackingSlip,
    PaperFile, PaperRenderer, PaperViews, Papers, Print, RefundToMail, RefundedInvoice,
};
pub use payments::{
    Attempt, BadWebhook, ChargeOutcome, Checkout, PaymentNews, Payments, ProviderNews, ProviderRefund, RefundOutcome,
    RefundRequest, SandboxOutcome,
};
pub use pictures::{
    MadeFile, MadePicture, MadeSquare, MediaFile, MediaStore, NewPicture, PictureJob, PictureMaker, PictureQueue,
    PictureViews, Pictures, PlacedPictures, ShownThere, UnusedPicture,
};
pub use ports::{BoxFuture, Clock, Ids, Store, TimeZone, Tx};
pub use pricing::{
    Buyer, CartChoices, CartFacts, CartLineFacts, CartViews, Pricing, PricingFacts, PricingRules, PricingViews,
    PromotionUse, RuleFormViews, RuleVersions, SampleGoods, SampleLine, SettingsSet, ShopSettings, TypedTargets,
    VersionedRules, customer_key,
};
pub use privacy::{DataExportJob, PrivacyViews, PrivacyWrites};
pub use relay::{Bus, Delivery, Embedded, ReadAhead, Relayed};
pub use restored::{RestoreBegun, RestoreEnded, RestoreViews, RestoredState, Restores};
pub use reviews::{DecidedReview, LockedReview, NewReview, ReviewViews, Reviews, SentWithin};
pub use secret_key::SecretKey;
pub use seller::{SellerViews, Sellers};
pub use shop::{Parts, Settings, Shop};
pub use staff::{Invitation, TeamViews, Teams};
pub use stock_wishes::{
    GrantedWish, NewStockWish, SavedStockWish, StockWish, StockWishViews, StockWishes, WishedVariant,
};
pub use terms::{SavedTerms, TermViews, TermWrites, Terms};
pub use traces::{Step, StepKind, Tracer, fail_step, is_traced, mail_step, trace_with};
pub use users::{Account, CART_COUNT_KEY, Passwords, SessionUser, UserViews, Users};
pub use visits::Visits;
pub use webhooks::{NewWebhook, StoredWebhook, WebhookError, WebhookInbox};
pub use wishlist::{WishlistAddition, Wishlists};
