//! What went well, said on the page that follows a form.

use serde::{Deserialize, Serialize};
use shop::dto::{CartAgain, UnavailableItem};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    AddedToCart,
    CartUpdated,
    Removed,
    CodeApplied,
    CodeRemoved,
    ShippingEstimated,
    SignedIn,
    SignedOut,
    AccountCreated,
    AddressSaved,
    AddressRemoved,
    OrderPlaced,
    OrderPaid,
    ManualPaymentChosen,
    OrderCancelled,
    OrderedAgain,
    OrderedAgainInPart,
    NothingToOrderAgain,
    LinkSent,
    OrderTakenAlong,
    ReturnRequested,
    ReviewWritten,
}

impl Notice {
    /// What of an order is in the cart now; and a line for each thing that is not as it was ordered.
    pub fn of_order_again(again: &CartAgain) -> (Self, Vec<String>) {
        let notice = match (again.unavailable.as_slice(), again.found_some) {
            ([], _) => Self::OrderedAgain,
            (_, true) => Self::OrderedAgainInPart,
            (_, false) => Self::NothingToOrderAgain,
        };
        (notice, again.unavailable.iter().map(UnavailableItem::line).collect())
    }

    /// For no country nothing is estimated.
    pub const fn of_estimate(country: &str) -> Self {
        if country.is_empty() { Self::CartUpdated } else { Self::ShippingEstimated }
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::AddedToCart => "Added to your cart",
            Self::CartUpdated => "Your cart is up to date",
            Self::Removed => "Removed from your cart",
            Self::CodeApplied => "Your promotion code counts",
            Self::CodeRemoved => "The promotion code is removed",
            Self::ShippingEstimated => "Shipping and tax are estimated",
            Self::SignedIn => "You are signed in",
            Self::SignedOut => "You are signed out",
            Self::AccountCreated => "Welcome. Your account is ready",
            Self::AddressSaved => "Your address book is up to date",
            Self::AddressRemoved => "Removed from your address book",
            Self::OrderPlaced => "Thank you. Your order is placed",
            Self::OrderPaid => "Thank you. Your payment has been received",
            Self::ManualPaymentChosen => "We have sent you how to pay, and keep your items until then",
            Self::OrderCancelled => "Your order has been cancelled",
            Self::OrderedAgain => "Everything from that order is in your cart",
            Self::OrderedAgainInPart => "What can still be had of that order is in your cart. What cannot:",
            Self::NothingToOrderAgain => "Nothing from that order could be put into your cart:",
            Self::LinkSent => "If there is such an order, we have sent you a link",
            Self::ReturnRequested => "We have your request and will answer it soon",
            Self::ReviewWritten => "Thank you. It appears once the shop has read it",
            Self::OrderTakenAlong => "The order is in your account now",
        }
    }
}
