//! Where an order goes, and who is billed: copied onto the order, never joined to it.

mod countries;
mod format;
mod letters;
mod lines;
mod postal_code;
mod region;
mod shipping_address;
#[cfg(test)]
mod tests;

pub use format::{AddressFormat, AddressPart};
pub use region::Region;
pub use shipping_address::{ShippingAddress, Typed, order_law_holds};
