//! Whose an order is: its user's, the guest's whose session knows the cart that placed it, and whoever's has its token.
//!
//! The token is an HMAC of the order's id: nothing about it is stored, and who changes the key ends all of them.

use std::fmt;

use data_encoding::HEXLOWER;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use crate::domain::{CartId, Customer, OrderId, Refusal, UserId};

use super::super::{CartOwner, Result, SecretKey, Shop, Store};
use super::LockedOrder;

/// Raised when every token given out so far shall end.
const GENERATION: u32 = 1;

/// Who asks for an order, and what they bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderAccess {
    pub owner: CartOwner,
    pub token: Option<OrderToken>,
}

impl From<Customer> for OrderAccess {
    fn from(customer: Customer) -> Self {
        CartOwner::Customer(customer).into()
    }
}

impl From<CartOwner> for OrderAccess {
    fn from(owner: CartOwner) -> Self {
        Self { owner, token: None }
    }
}

/// A token as somebody brings it; whether it opens anything is seen with the order.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderToken(String);

impl OrderToken {
    /// None where nothing is brought.
    pub fn brought(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OrderToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrderToken(…)")
    }
}

impl SecretKey {
    /// The token that opens this order.
    ///
    /// # Errors
    /// `Broken`, which cannot come: HMAC takes keys of any length.
    pub fn order_token(&self, order: OrderId) -> Result<OrderToken> {
        Ok(OrderToken(HEXLOWER.encode(&self.order_mac(order)?.finalize().into_bytes())))
    }

    /// Whether it does, in a time that tells nothing of the right one.
    fn opens(&self, token: &OrderToken, order: OrderId) -> Result<bool> {
        self.has_made(token.as_str(), |key| key.order_mac(order))
    }

    fn order_mac(&self, order: OrderId) -> Result<Hmac<Sha256>> {
        let mut mac = self.mac()?;
        mac.update(b"order");
        mac.update(order.0.as_bytes());
        mac.update(&GENERATION.to_be_bytes());
        Ok(mac)
    }
}

impl<S: Store> Shop<S> {
    /// The token that opens this order to whoever has it.
    ///
    /// # Errors
    /// `Broken`.
    pub fn order_token(&self, order: OrderId) -> Result<OrderToken> {
        self.settings().secret_key.order_token(order)
    }

    /// Whether this token opens this order.
    ///
    /// # Errors
    /// `Broken`.
    pub fn opens_order(&self, token: &OrderToken, order: OrderId) -> Result<bool> {
        self.settings().secret_key.opens(token, order)
    }

    /// Whether they bring this order's token.
    pub(in super::super) fn has_token(&self, access: &OrderAccess, order: OrderId) -> Result<bool> {
        access.token.as_ref().map_or(Ok(false), |token| self.settings().secret_key.opens(token, order))
    }

    /// # Errors
    /// `NotFound` for an order that is not theirs.
    pub(super) fn check_access(&self, access: &OrderAccess, order: LockedOrder) -> Result<LockedOrder> {
        let is_theirs = self.is_theirs(access, order.id, order.user_id, order.cart_id)?;
        if is_theirs { Ok(order) } else { Err(Refusal::NotFound.into()) }
    }

    /// Whether this order of a user, or of a guest with this cart, is theirs who ask.
    pub(super) fn is_theirs(
        &self,
        access: &OrderAccess,
        order: OrderId,
        user: Option<UserId>,
        of_guest: Option<CartId>,
    ) -> Result<bool> {
        let is_theirs = match access.owner {
            CartOwner::Customer(customer) => user == Some(customer.0),
            CartOwner::Guest(cart) => user.is_none() && cart.is_some() && of_guest == cart,
        };
        Ok(is_theirs || self.has_token(access, order)?)
    }
}
