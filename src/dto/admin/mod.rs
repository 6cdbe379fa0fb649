//! What the back office shows. Owners see it; no shopper's browser is ever sent any of it.

mod api_keys;
mod audit;
mod categories;
mod content;
mod customers;
mod events;
mod home;
mod imports;
mod mail;
mod order_query;
mod orders;
mod outgoing;
mod pictures;
mod products;
mod query;
mod rules;
mod staff;
mod stock;

pub use api_keys::{ApiKeyRow, ApiKeyState, ApiKeysView};
pub use audit::{AuditEntry, AuditList, AuditMark, AuditVerdict};
pub use categories::{CategoryEditView, CategoryRow};
pub use content::{ContentEditView, PageEditView, PageVersionRow, StaffPage, StaffPageRow};
pub use customers::{
    CustomerAccount, CustomerList, CustomerMark, CustomerOrder, CustomerQuery, CustomerRow, CustomerSort, CustomerSum,
    CustomerView, LastOrder,
};
pub use events::{DeadLetterView, EventsView, HeldEventView};
pub use home::{Day, HomeTasks, SalesView, StaffHome};
pub use imports::{ImportNote, ImportPicture, ImportReport, ImportRow, ImportTaken, ImportView};
pub use mail::{LetterView, MailList, MailQuery, MailRow};
pub use order_query::{OrderQuery, PaymentFilter};
pub use orders::{
    AsideView, NoteView, OrderEventView, OrderLineState, OrderMailView, StaffOrderList, StaffOrderRow, StaffOrderView,
};
pub use outgoing::{EndpointList, EndpointRow, EndpointView, WebhookDeliveryRow};
pub use pictures::Uploaded;
pub use products::{
    CategoryChoice, PictureUpload, ProductEditView, ProductQuery, StaffProduct, StaffProductList, StaffProductRow,
    StaffVariant,
};
pub use rules::{
    EditorView, ExampleView, PromotionEditView, PromotionList, PromotionQuery, PromotionRow, PromotionState,
    RatesEditView, TaxEditView, TaxedCountry, ZoneEditView, ZoneRow, method_field, method_key, rate_field, rate_key,
    row_keys,
};
pub use staff::{InvitationRow, InvitationView, StaffMemberRow, TeamView};
pub use stock::{HeldUnits, MovementView, StockList, StockQuery, StockRow, VariantStockView};
