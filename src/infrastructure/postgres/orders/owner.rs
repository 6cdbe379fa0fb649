//! Whose orders.

use uuid::Uuid;

use crate::usecase::CartOwner;

/// The columns `user_id` and `cart_id` of an owner's orders.
pub(in super::super) fn columns(owner: CartOwner) -> (Option<Uuid>, Option<Uuid>) {
    match owner {
        CartOwner::Customer(customer) => (Some(customer.0.0), None),
        CartOwner::Guest(cart) => (None, cart.map(|id| id.0)),
    }
}
