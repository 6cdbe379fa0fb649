//! `/cart`.

use leptos::prelude::*;

use super::api::load_cart;
use super::cart_lines::CartLines;
use crate::ui::{Titled, flash_of, loaded};

#[component]
pub fn CartPage() -> impl IntoView {
    loaded(load_cart(), |cart| {
        let flash = flash_of("cart-line");
        view! {
            <Titled title="Your cart" description="What you have put aside so far." quiet=true />
            <header class="page-head">
                <h1 id="cart-title" tabindex="-1">
                    "Your cart"
                </h1>
            </header>
            <CartLines cart flash />
        }
    })
}
