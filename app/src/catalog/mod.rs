//! The catalogue: the home page, listings and products.

mod api;
mod buy_box;
mod card;
mod choice;
mod filters;
mod gallery;
mod home_page;
mod in_page;
mod json_ld;
mod listing_page;
mod listing_query;
mod product_page;

pub use home_page::HomePage;
pub use listing_page::ListingPage;
pub use product_page::ProductPage;
