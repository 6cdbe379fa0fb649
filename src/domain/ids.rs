//! One newtype per id, so that a product's id can never be passed for an order's.
//!
//! Ids are UUIDv7, made by the application (`usecase::Ids`), never here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Refusal;

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
            type Err = Refusal;

            /// What is no id is nobody's: there is nothing of that name.
            fn from_str(text: &str) -> Result<Self, Refusal> {
                Uuid::try_parse(text).map(Self).map_err(|_| Refusal::NotFound)
            }
        }
    )+};
}

ids! {
    /// A person with an account.
    UserId,
    /// An address that its owner keeps.
    AddressId,
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
    /// A discount and its conditions.
    PromotionId,
    /// Where the same shipping methods are offered.
    ShippingZoneId,
    /// A way to send a parcel, of one zone.
    ShippingMethodId,
    PaymentId,
    RefundId,
    /// A picture that was uploaded.
    PictureId,
    /// A file of products on its way into the catalogue.
    ImportId,
    /// An invoice or a credit note.
    PaperId,
    /// What a customer sends back.
    ReturnId,
    /// What a buyer says of a product.
    ReviewId,
    /// A parcel.
    ShipmentId,
    /// An event, for all its deliveries: the `ce_id` header and the inbox key.
    EventId,
    /// A mail, once per cause.
    MailId,
    /// Whom a page about a customer is about: the account's id, or that of an order placed without one.
    PersonId,
    /// An invitation to work here.
    InvitationId,
    /// A link of mail that proves something of an account.
    AccountLinkId,
    /// What somebody wants to hear of: that a variant is back.
    StockWishId,
    /// A passkey of somebody.
    PasskeyId,
    /// A key that a program calls with.
    ApiKeyId,
    /// An address of another program that is told what happens.
    EndpointId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_id_names_nothing() {
        for garbled in ["", "1", "not-an-id", "\0", "'; drop table carts; --", "0191d5a0-0000-7000-8000-00000000000g"] {
            assert_eq!(garbled.parse::<OrderId>(), Err(Refusal::NotFound), "{garbled:?}");
        }
        assert!("0191d5a0-0000-7000-8000-000000000001".parse::<OrderId>().is_ok());
    }
}
