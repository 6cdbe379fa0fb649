//! What a step says where what it is about is missing, and the way to it.

use leptos::either::Either;
use leptos::prelude::*;
use shop::domain::ShippingAddress;
use shop::dto::PlacedOrder;

use crate::ui::Empty;

/// What a step is called; whoever comes back to it from the order that they placed is told so first.
pub const fn heading(placed: Option<PlacedOrder>, usual: &'static str) -> &'static str {
    if placed.is_some() { "Your order is placed" } else { usual }
}

/// An empty cart, and the order that it became, if it just did.
#[component]
pub fn NothingToBuy(placed: Option<PlacedOrder>) -> impl IntoView {
    match placed {
        Some(PlacedOrder { id, number }) => Either::Left(view! {
            <div class="empty">
                <p class="empty-line">{format!("It is order {number}, and your cart is empty again.")}</p>
                <p>
                    <a class="button" href=format!("/orders/{id}")>
                        "See your order"
                    </a>
                </p>
                <p>
                    <a href="/products">"Look around"</a>
                </p>
            </div>
        }),
        None => Either::Right(view! { <Empty line="Your cart is empty." path="/products" way="Look around" /> }),
    }
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
