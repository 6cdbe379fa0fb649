//! What crosses the wire: what pages show and what forms and requests carry.
//!
//! Built for the server and the browser. No rules here: a form is raw text until the domain has parsed it.

mod admin;
mod cart;
mod catalog;
mod checkout;
mod local_time;
mod order_again;
mod orders;
mod refunds;
mod returns;
mod shipments;
mod staff_words;
mod time_words;
mod total_lines;
mod totals;
mod units;
mod users;
pub mod words;

pub use admin::{
    AuditEntry, AuditList, AuditMark, AuditVerdict, CategoryChoice, CustomerAccount, CustomerList, CustomerMark,
    CustomerOrder, CustomerQuery, CustomerRow, CustomerSort, CustomerSum, CustomerView, Day, DeadLetterView,
    EventsView, HeldEventView, HeldUnits, HomeTasks, InvitationRow, InvitationView, LastOrder, LetterView, MailList,
    MailQuery, MailRow, MovementView, NoteView, OrderEventView, OrderLineState, OrderMailView, OrderQuery,
    PaymentFilter, ProductEditView, ProductQuery, SalesView, StaffHome, StaffMemberRow, StaffOrderList, StaffOrderRow,
    StaffOrderView, StaffProduct, StaffProductList, StaffProductRow, StaffVariant, StockList, StockQuery, StockRow,
    TeamView, VariantStockView,
};
pub use cart::{CartDestination, CartLine, CartView, RegionChoice};
pub use catalog::{
    CategoryCount, CategoryTile, HomeView, Image, ListingQuery, ListingView, OptionGroup, Page, ProductCard,
    ProductForm, ProductRecord, ProductView, StockForm, VariantRecord, VariantView,
};
pub use checkout::{AddressForm, CheckoutForm, CheckoutStep, CheckoutView, GoneMethod, MethodView};
pub use local_time::LocalTime;
pub use order_again::{CartAgain, UnavailableItem};
pub use orders::{InvoiceView, OrderItemView, OrderList, OrderRow, OrderView, TimelineEntry, TrackForm};
pub use refunds::{CreditNoteView, MAX_REFERENCE, PaymentForm, PaymentView, RefundForm, RefundItemView, RefundView};
pub use returns::{MAX_WORDS, ReturnForm, ReturnView};
pub use shipments::{ShipmentForm, ShipmentItemView, ShipmentView, ShipmentWish};
pub use total_lines::{TotalLine, total_lines};
pub use totals::{CouponView, DiscountView, ShippingView, TaxView, TotalParts};
pub use users::{HeaderView, LoginForm, RegisterForm, Viewer};
