//! What the back office shows. Owners see it; no shopper's browser is ever sent any of it.

mod audit;
mod customers;
mod events;
mod home;
mod mail;
mod order_query;
mod orders;
mod products;
mod query;
mod staff;
mod stock;

pub use audit::{AuditEntry, AuditList, AuditMark, AuditVerdict};
pub use customers::{
    CustomerAccount, CustomerList, CustomerMark, CustomerOrder, CustomerQuery, CustomerRow, CustomerSort, CustomerSum,
    CustomerView, LastOrder,
};
pub use events::{DeadLetterView, EventsView, HeldEventView};
pub use home::{Day, HomeTasks, SalesView, StaffHome};
pub use mail::{LetterView, MailList, MailQuery, MailRow};
pub use order_query::{OrderQuery, PaymentFilter};
pub use orders::{
    NoteView, OrderEventView, OrderLineState, OrderMailView, StaffOrderList, StaffOrderRow, StaffOrderView,
};
pub use products::{
    CategoryChoice, ProductEditView, ProductQuery, StaffProduct, StaffProductList, StaffProductRow, StaffVariant,
};
pub use staff::{InvitationRow, InvitationView, StaffMemberRow, TeamView};
pub use stock::{HeldUnits, MovementView, StockList, StockQuery, StockRow, VariantStockView};
