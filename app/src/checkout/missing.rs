//! What a step says where what it is about is missing, and the way to it.

use leptos::prelude::*;
use shop::domain::ShippingAddress;

use crate::ui::Empty;

#[component]
pub fn NothingToBuy() -> impl IntoView {
    view! { <Empty line="Your cart is empty." path="/products" way="Look around" /> }
}

#[component]
pub fn NoAddress() -> impl IntoView {
    view! { <Empty line="We do not know yet where it goes." path="/checkout" way="Give an address" /> }
}

#[component]
pub fn NothingToShip() -> impl IntoView {
    view! { <Empty line="Nothing in your order needs shipping." path="/checkout/review" way="Continue to review" /> }
}

/// Where it goes to, the shop does not ship what is in the cart.
#[component]
pub fn NotShipped(address: ShippingAddress) -> impl IntoView {
    let line = format!("We do not ship this to your address ({}).", address.country_name());
    view! { <Empty line path="/checkout" way="Change address" /> }
}
