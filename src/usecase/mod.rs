//! What the shop does: each noun's ports (the traits an adapter implements), then its verbs as methods of `Shop`.
//!
//! Nothing here knows SQL, Kafka, HTTP or a page. A use case begins one transaction and commits it; use cases do not
//! call each other. Whole transactions are retried when the database says that two of them were in each other's way.

mod addresses;
mod admin;
mod api_keys;
mod audit;
mod backoff;
mod cart;
mod cart_owner;
mod catalog;
mod consume;
mod content;
mod customers;
mod editor;
mod error;
mod events;
mod exports;
mod housekeeping;
mod idempotency;
mod imports;
mod inventory;
mod kept_forms;
mod mail;
mod mail_content;
mod mail_facts;
mod mail_messages;
mod mail_samples;
mod mail_sentences;
mod notification;
mod orders;
mod outgoing;
mod papers;
mod payments;
mod pictures;
mod ports;
mod pricing;
mod relay;
mod seller;
mod shop;
mod staff;
mod tables;
mod terms;
mod users;
mod webhooks;

pub use addresses::{AddressViews, Addresses};
pub use admin::{SalesQuarter, Span, StaffViews};
pub use api_keys::{ApiKeyToken, ApiKeyViews, ApiKeys, KeptApiKey, NewApiKey};
pub use audit::{Audit, AuditHead, AuditRow, AuditViews};
pub use backoff::{Backoff, backoff};
pub use cart::{CartLineRow, Carts, VariantForSale};
pub use cart_owner::{CartMerge, CartOwner};
pub use catalog::{
    CatalogViews, Catalogs, Catalogue, CatalogueCurrency, CategoryEdits, CategoryEntry, CategoryViews, CurrencyLock,
    ImageEntry, NewProduct, NewVariant, ProductChange, ProductEdit, ProductEdits, ProductEntry, ProductKey,
    ProductViews, Products, VariantChoice, VariantEdit, VariantEntry,
};
pub use consume::HeldEvent;
pub use content::{ContentRecord, ContentViews, ContentWrites, NewPageVersion};
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
pub use housekeeping::{Housekeeper, Housekeeping, Stale};
pub use idempotency::{IdempotencyKeys, KeptAnswers, KeyOwner, KeyUse};
pub use imports::{
    ImportJob, ImportPictureJob, ImportPictureWrite, ImportQueue, ImportViews, ImportWrites, Imports, NewImport,
    PictureSource, ProductWrite, VariantWrite,
};
pub use inventory::{Inventory, NewReservation};
pub use kept_forms::KeptForms;
pub use mail::{
    MailEntry, MailFile, MailJob, MailQueue, MailRetry, MailState, MailViews, Mailer, Mails, NewMail, Sent,
    SettledMail, WhileUnpaid,
};
pub use mail_content::{MailContent, MailItem, MailPart, MailSum};
pub use mail_facts::{OrderFacts, ParcelFacts};
pub use mail_messages::MailMessage;
pub use orders::{
    Admit, CartVersion, CheckoutChoices, CheckoutFacts, CountedUses, DueRefund, EarlierLine, EarlierOrder, KnownRefund,
    LockedOrder, ManualPayments, MoneyBack, NewNote, NewOrder, NewPayment, NewRefund, NewReturn, NewShipment,
    OpenElsewhere, OrderAccess, OrderBasis, OrderChange, OrderKey, OrderLine, OrderNotes, OrderPaying, OrderPayment,
    OrderPlacing, OrderQuestion, OrderRequest, OrderToPay, OrderToken, OrderViews, Orders, PaymentEnd, PlaceOrder,
    RecordedPayment, RefundFromProvider, RefundOfPayment, RefundQueue, Refunds, RefundsAside, RequestedItem,
    ReturnChange, ReturnRow, Returns, SecretKey, SettledPayment, SettledRefund, Shipments, StartedPayment, TimeToPay,
    WaivedRefunds,
};
pub use outgoing::{
    EndpointViews, Endpoints, LockedEndpoint, MOST_ENDPOINTS, NewEndpoint, NewWebhookDelivery, SecretVersion,
    SettledWebhook, WebhookAnswer, WebhookJob, WebhookQueue, WebhookRequest, WebhookSender,
};
pub use papers::{
    CreditNote, Issued, KeptPaper, NewPaper, NoPaper, OrderPaper, PaperFile, PaperRenderer, PaperViews, Papers,
    RefundedInvoice,
};
pub use payments::{
    Attempt, BadWebhook, ChargeOutcome, Checkout, PaymentNews, Payments, ProviderNews, ProviderRefund, RefundOutcome,
    RefundRequest, SandboxOutcome,
};
pub use pictures::{
    MadeFile, MadePicture, MediaFile, MediaStore, NewPicture, PictureJob, PictureMaker, PictureQueue, Pictures,
    UnusedPicture,
};
pub use ports::{BoxFuture, Clock, Ids, Store, TimeZone, Tx};
pub use pricing::{
    Buyer, CartFacts, CartLineFacts, CartViews, Pricing, PricingFacts, PricingRules, PricingViews, PromotionUse,
    RuleFormViews, RuleVersions, SampleGoods, SampleLine, SettingsSet, ShopSettings, TypedTargets, VersionedRules,
    customer_key,
};
pub use relay::{Bus, Delivery, Embedded, Relayed};
pub use seller::{SellerViews, Sellers};
pub use shop::{Parts, Settings, Shop};
pub use staff::{Invitation, InvitationToken, TeamViews, Teams};
pub use terms::{SavedTerms, TermViews, TermWrites, Terms};
pub use users::{Account, Passwords, SessionUser, UserViews, Users};
pub use webhooks::{NewWebhook, StoredWebhook, WebhookError, WebhookInbox};
