//! The back office: the owner's and the staff's. Rendered on the server, whole without scripts; nothing of it is an island, so
//! no byte of it is in what a shopper's browser loads.
//!
//! Every page is a read for staff (`ssr::staff_page`), every form a write by staff (`ssr::as_staff`): to others there is no
//! such page.

mod audit_page;
mod confirm_api;
mod confirm_page;
mod customer_page;
mod customers_api;
mod customers_page;
mod dashboard;
mod events_page;
mod forms;
mod frame;
mod home_page;
mod invitation_api;
mod invitation_page;
mod mail_page;
mod order_forms;
mod order_money;
mod order_page;
mod order_side;
mod orders_api;
mod orders_page;
mod parts;
mod paths;
mod plot;
mod product_fields;
mod product_page;
mod products_api;
mod products_page;
mod staff_api;
mod staff_page;
mod stock_api;
mod stock_page;
mod variant_page;

pub use audit_page::AuditPage;
pub use confirm_page::ConfirmPage;
pub use customer_page::CustomerPage;
pub use customers_page::CustomersPage;
pub use events_page::EventsPage;
pub use frame::{BackOfficeFooter, BackOfficeHeader, is_back_office};
pub use home_page::StaffHomePage;
pub use invitation_page::InvitationPage;
pub use mail_page::{LetterPage, MailPage};
pub use order_page::StaffOrderPage;
pub use orders_page::StaffOrdersPage;
pub use product_page::{NewProductPage, StaffProductPage};
pub use products_page::StaffProductsPage;
pub use staff_page::TeamPage;
pub use stock_page::StockPage;
pub use variant_page::VariantPage;
