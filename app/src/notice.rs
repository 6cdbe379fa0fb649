//! What went well, said on the page that follows a form.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    AddedToCart,
    CartUpdated,
    Removed,
    SignedIn,
    SignedOut,
    AccountCreated,
    AddressSaved,
    AddressRemoved,
    OrderPlaced,
    OrderPaid,
    OrderCancelled,
}

impl Notice {
    pub const fn words(self) -> &'static str {
        match self {
            Self::AddedToCart => "Added to your cart",
            Self::CartUpdated => "Your cart is up to date",
            Self::Removed => "Removed from your cart",
            Self::SignedIn => "You are signed in",
            Self::SignedOut => "You are signed out",
            Self::AccountCreated => "Welcome. Your account is ready",
            Self::AddressSaved => "Your address book is up to date",
            Self::AddressRemoved => "Removed from your address book",
            Self::OrderPlaced => "Thank you. Your order is placed",
            Self::OrderPaid => "Thank you. Your payment has been received",
            Self::OrderCancelled => "Your order has been cancelled",
        }
    }
}
