//! What crosses the wire: what pages show and what forms and requests carry.
//!
//! Built for the server and the browser. No rules here: a form is raw text until the domain has parsed it.

mod admin;
mod cart;
mod catalog;
mod checkout;
mod content;
mod import_words;
mod local_time;
mod order_again;
mod orders;
mod paper_words;
mod picture_words;
mod refunds;
mod returns;
mod shipments;
mod staff_words;
mod time_words;
mod timeline_words;
mod total_lines;
mod totals;
mod units;
mod users;
pub mod words;

pub use admin::{
    ApiKeyRow, ApiKeyState, ApiKeysView, AsideView, AuditEntry, AuditList, AuditMark, AuditVerdict, CategoryChoice,
    ContentEditView, Day, DeadLetterView, EventsView, HeldEventView, HeldUnits, HomeTasks, LetterView, MailList,
    MailQuery, MailRow, MovementView, NoteView, OrderEventView, OrderLineState, OrderMailView, OrderQuery,
    PageEditView, PageVersionRow, PaymentFilter, PictureUpload, ProductEditView, ProductQuery, SalesView, StaffHome,
    StaffOrderList, StaffOrderRow, StaffOrderView, StaffPage, StaffPageRow, StaffProduct, StaffProductList,
    StaffProductRow, StaffVariant, StockList, StockQuery, StockRow, Uploaded, VariantStockView,
};
pub use admin::{
    CategoryEditView, CategoryRow, EditorView, ExampleView, PromotionEditView, PromotionList, PromotionQuery,
    PromotionRow, PromotionState, RatesEditView, TaxEditView, TaxedCountry, ZoneEditView, ZoneRow, method_field,
    method_key, rate_field, rate_key, row_keys,
};
pub use admin::{
    CustomerAccount, CustomerList, CustomerMark, CustomerOrder, CustomerQuery, CustomerRow, CustomerSort, CustomerSum,
    CustomerView, EndpointList, EndpointRow, EndpointView, InvitationRow, InvitationView, LastOrder, StaffMemberRow,
    TeamView, WebhookDeliveryRow,
};
pub use admin::{ImportNote, ImportPicture, ImportReport, ImportRow, ImportTaken, ImportView};
pub use cart::{CartDestination, CartLine, CartView, RegionChoice};
pub use catalog::{
    CategoryCount, CategoryTile, HomeView, Image, ListingQuery, ListingView, OptionGroup, Page, ProductCard,
    ProductForm, ProductRecord, ProductView, StockForm, VariantRecord, VariantView,
};
pub use checkout::{AddressForm, CheckoutForm, CheckoutStep, CheckoutView, GoneMethod, MethodView};
pub use content::{Announcement, PageLink, PageText, ShopContent};
pub use local_time::LocalTime;
pub use order_again::{CartAgain, UnavailableItem};
pub use orders::{InvoiceView, OrderItemView, OrderList, OrderRow, OrderView, TimelineEntry, TrackForm};
pub use refunds::{
    CancelledNoteView, CreditNoteView, MAX_REASON, MAX_REFERENCE, PaymentForm, PaymentView, RefundForm, RefundItemView,
    RefundView,
};
pub use returns::{MAX_WORDS, ReturnForm, ReturnView};
pub use shipments::{ShipmentForm, ShipmentItemView, ShipmentView, ShipmentWish};
pub use total_lines::{TotalLine, total_lines};
pub use totals::{CouponView, DiscountView, ShippingView, TaxView, TotalParts};
pub use users::{HeaderView, LoginForm, RegisterForm, Viewer};
