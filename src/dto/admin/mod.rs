//! What the back office shows. Owners see it; no shopper's browser is ever sent any of it.

mod api_keys;
mod audit;
mod bulk;
mod categories;
mod content;
mod count_sheet;
mod customers;
mod events;
mod home;
mod imports;
mod mail;
mod options;
mod order_query;
mod orders;
mod outgoing;
mod packing;
mod pictures;
mod products;
mod query;
mod reviews;
mod rules;
mod staff;
mod stock;
mod synonyms;

pub use api_keys::{ApiKeyRow, ApiKeyState, ApiKeysView};
pub use audit::{AuditEntry, AuditList, AuditMark, AuditVerdict};
pub use bulk::{BulkEditView, BulkProduct, BulkQuery, BulkRow, BulkVariant, ProductAfter};
pub use categories::{CategoryEditView, CategoryRow};
pub use content::{ContentEditView, PageEditView, PageVersionRow, StaffPage, StaffPageRow};
pub use count_sheet::{CountQuery, CountRow, CountSheet};
pub use customers::{
    CustomerAccount, CustomerList, CustomerMark, CustomerOrder, CustomerQuery, CustomerRow, CustomerSort, CustomerSum,
    CustomerView, LastOrder,
};
pub use events::{
    DeadLetterView, EventsView, GroupLag, GroupPartitions, HeldEventView, PartitionLag, ReplayedEvents, TaskState,
    TaskView,
};
pub use home::{BestProduct, Day, HomeQuery, HomeTasks, SalesView, SetupSteps, StaffHome, VisitSum};
pub use imports::{ImportNote, ImportPicture, ImportReport, ImportRow, ImportTaken, ImportView};
pub use mail::{MailList, MailQuery, MailRow, MailSamples, MailView, SampleMail};
pub use options::{OptionsEditView, RetiredVariant, RetiredVariants};
pub use order_query::{OrderQuery, OrderSort, PackingFilter, PaymentFilter};
pub use orders::{
    AsideView, NoteView, OrderEventView, OrderLineState, OrderMailView, StaffMessageView, StaffOrderList,
    StaffOrderRow, StaffOrderView,
};
pub use outgoing::{EndpointList, EndpointRow, EndpointView, WebhookDeliveryRow};
pub use packing::{LeftOut, MOST_CHOSEN, PackedOrders, PackedView};
pub use pictures::{PlacedPicture, Uploaded};
pub use products::{
    CategoryChoice, PictureUpload, ProductEditView, ProductQuery, ProductSort, StaffProduct, StaffProductList,
    StaffProductRow, StaffVariant,
};
pub use reviews::{StaffReview, StaffReviewList, StaffReviewQuery};
pub use rules::{
    EditorView, ExampleView, PromotionEditView, PromotionList, PromotionQuery, PromotionRow, PromotionState,
    RatesEditView, TaxEditView, TaxedCountry, ZoneEditView, ZoneRow, method_field, method_key, rate_field, rate_key,
    row_keys,
};
pub use staff::{InvitationRow, InvitationView, OpenedInvitation, StaffMemberRow, TeamView};
pub use stock::{HeldUnits, MovementView, StockList, StockQuery, StockRow, StockSort, VariantStockView};
pub use synonyms::{SynonymGroup, SynonymsView};
