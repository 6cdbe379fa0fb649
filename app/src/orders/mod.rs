//! Orders: the list of them, and one with its life, its payment and its end.

mod api;
mod order_page;
mod order_parts;
mod order_status;
mod orders_page;

pub use order_page::OrderPage;
pub use orders_page::OrdersPage;
