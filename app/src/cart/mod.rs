//! The cart: its page, its count in the header, and what is put into it and taken out.

mod api;
mod cart_count;
mod cart_line;
mod cart_lines;
mod cart_page;
mod editor;
mod focus;
mod totals;

pub use cart_count::{CartCount, announce_count};
pub use cart_page::CartPage;
pub use totals::Totals;
