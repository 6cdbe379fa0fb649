//! Whose a cart is, and what becomes of two when that changes.

use crate::domain::{CartId, Customer};

/// Whose cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartOwner {
    Customer(Customer),
    /// The cart a guest's session knows, if it knows one.
    Guest(Option<CartId>),
}

/// What becomes of the customer's own cart when a guest's is brought along at a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CartMerge {
    /// Both stay; quantities of one variant are added up.
    Both,
    /// The guest's, with what was chosen in it, takes the place of the other, unless it is empty: who signs in on the way to
    /// an order orders what they saw, to where they said.
    GuestsAlone,
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
