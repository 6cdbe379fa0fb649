//! What crosses the wire: what pages show and what forms and requests carry.
//!
//! Built for the server and the browser. No rules here: a form is raw text until the domain has parsed it.

mod account;
mod cart;
mod catalog;
mod checkout;
mod orders;
mod products;
pub mod words;

pub use account::{LoginForm, RegisterForm, Viewer};
pub use cart::{CartLine, CartView};
pub use catalog::{
    CategoryCount, CategoryTile, HomeView, Image, ListingQuery, ListingView, OptionGroup, ProductCard, ProductView,
    VariantView,
};
pub use checkout::{AddressForm, CheckoutView};
pub use orders::{OrderItemView, OrderList, OrderRow, OrderView, TimelineEntry};
pub use products::{Page, ProductForm, ProductRecord, VariantRecord};
