//! Whose a cart is.

use crate::domain::{CartId, Customer};

/// Whose cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartOwner {
    Customer(Customer),
    /// The cart a guest's session knows, if it knows one.
    Guest(Option<CartId>),
}

impl From<Customer> for CartOwner {
    fn from(customer: Customer) -> Self {
        Self::Customer(customer)
    }
}

impl CartOwner {
    /// The owner with the cart that is theirs now.
    #[must_use]
    pub(super) const fn with_cart(self, cart: CartId) -> Self {
        match self {
            Self::Customer(customer) => Self::Customer(customer),
            Self::Guest(_) => Self::Guest(Some(cart)),
        }
    }
}
