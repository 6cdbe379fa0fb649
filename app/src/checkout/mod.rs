//! From a cart to an order: where it goes and how, one look at everything, then the order.

mod address_page;
mod api;
mod billing;
mod facts;
mod forms;
mod missing;
mod place_words;
mod review_code;
mod review_page;
mod saved_addresses;
mod shipping_page;
mod steps;
mod summary;
mod summary_by_method;
mod summary_fold;

pub use address_page::AddressPage;
pub use review_page::ReviewPage;
pub use shipping_page::ShippingPage;
