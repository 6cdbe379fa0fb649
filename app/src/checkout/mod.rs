//! From a cart to an order: where it goes, one look at everything, then the order.

mod address_page;
mod api;
mod billing;
mod forms;
mod review_code;
mod review_page;
mod saved_addresses;
mod steps;
mod summary;

pub use address_page::AddressPage;
pub use review_page::ReviewPage;
