//! The steps between a cart and an order.

use serde::{Deserialize, Serialize};

use crate::domain::{Refusal, ShippingAddress, TypedAddress};

use super::CartView;

/// The address form, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddressForm {
    pub name: String,
    pub line1: String,
    pub line2: String,
    pub city: String,
    pub region: String,
    pub postal_code: String,
    pub country: String,
}

impl AddressForm {
    /// # Errors
    /// `Invalid` with every field that will not do.
    pub fn parse(&self) -> Result<ShippingAddress, Refusal> {
        ShippingAddress::parse(TypedAddress {
            name: &self.name,
            line1: &self.line1,
            line2: &self.line2,
            city: &self.city,
            region: &self.region,
            postal_code: &self.postal_code,
            country: &self.country,
        })
    }
}

impl From<ShippingAddress> for AddressForm {
    fn from(address: ShippingAddress) -> Self {
        Self {
            name: address.name,
            line1: address.line1,
            line2: address.line2.unwrap_or_default(),
            city: address.city,
            region: address.region.unwrap_or_default(),
            postal_code: address.postal_code,
            country: address.country,
        }
    }
}

/// What the checkout pages show: the cart, and the address once it is given (or the one of the last order).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutView {
    pub cart: CartView,
    /// Given in this checkout.
    pub address: Option<ShippingAddress>,
    /// Where the last order went: what the form starts with.
    pub last_address: Option<ShippingAddress>,
    /// Who is written to about the order.
    pub email: String,
    /// Names all of the above as it is shown now. Its form sends it along, and if anything has changed by then nothing is
    /// ordered.
    pub reviewed: String,
}
