//! Addresses as they are typed: the fields that a country asks for, in its order.

mod api;
mod country_switch;
mod fields;
mod forms;
mod in_page;
mod parts;

pub use fields::{AddressFields, specs_of};
pub use forms::AddressSection;
