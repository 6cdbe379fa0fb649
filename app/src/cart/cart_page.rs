//! `/cart`.

use leptos::either::Either;
use leptos::prelude::*;

use super::api::load_cart;
use super::cart_lines::{CartLines, EmptyCart};
use super::estimate::CountryList;
use super::shown::CartShown;
use super::{CODE, ESTIMATE, LINE};
use crate::assets::FetchedPart;
use crate::ui::{DeliveryAndReturns, RecentlyViewed, Titled, flash_of, loaded};

#[component]
pub fn CartPage() -> impl IntoView {
    loaded(load_cart(), |cart| {
        let flash = [LINE, CODE, ESTIMATE].map(flash_of).into_iter().find(|f| f.error.is_some()).unwrap_or_default();
        let body = if cart.is_empty() {
            Either::Left(view! {
                <EmptyCart />
                <RecentlyViewed />
            })
        } else {
            let estimated = cart.destination.as_ref().filter(|d| !d.is_address).map(|d| d.country.clone());
            let wrong = flash.form == ESTIMATE;
            let typed = flash.value("country").map(str::to_owned);
            let country = typed.or(estimated).unwrap_or_default();
            let is_sent = cart.needs_shipping;
            let (cart, refused) = (CartShown::from(cart), flash.error.map(|error| error.words()));
            Either::Right(view! {
                <FetchedPart of="cart_lines" />
                <CartLines cart form=flash.form typed=flash.typed wrong=refused>
                    <CountryList country wrong />
                </CartLines>
                <DeliveryAndReturns is_sent />
            })
        };
        view! {
            <Titled title="Your cart" description="What you have put aside so far." quiet=true />
            <header class="page-head">
                <h1 id="cart-title" tabindex="-1">
                    "Your cart"
                </h1>
            </header>
            {body}
        }
    })
}
