//! One newtype per id, so that a product's id can never be passed for an order's.
//!
//! Ids are UUIDv7, made by the application (`usecase::Ids`), never here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A person with an account.
    UserId,
    /// What a shopper looks at.
    ProductId,
    /// What a shopper buys: one choice of a product's options.
    VariantId,
    /// A cart, a guest's or a customer's.
    CartId,
    /// A line of a cart.
    CartItemId,
    OrderId,
    OrderItemId,
    PaymentId,
    RefundId,
    /// An event, for all its deliveries: the `ce_id` header and the inbox key.
    EventId,
    /// A mail, once per cause.
    MailId,
}
