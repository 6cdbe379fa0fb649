//! `/checkout`: who is buying, and where it goes.

use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::ShippingAddress;
use shop::dto::AddressForm;

use super::api::{SaveAddress, Step, load_step};
use super::forms::{ADDRESS, CITY, COUNTRY, LINE1, LINE2, NAME, POSTAL_CODE, REGION};
use super::steps::Steps;
use super::summary::CheckoutSummary;
use crate::ui::{Field, FormProblem, SelectField, Titled, flash_of, loaded};

#[component]
pub fn AddressPage() -> impl IntoView {
    loaded(load_step(), |step| view! { <Address step /> })
}

#[component]
fn Address(step: Step) -> impl IntoView {
    let Step { viewer, view, .. } = step;
    let known = view.address.or(view.last_address).map(AddressForm::from);
    let known = known.unwrap_or_else(|| AddressForm { name: viewer.name, ..AddressForm::default() });
    let body = if view.cart.is_empty() {
        Either::Left(view! { <NothingToBuy /> })
    } else {
        Either::Right(view! {
            <div class="checkout">
                <div>
                    <section class="checkout-part" aria-labelledby="contact-title">
                        <h2 id="contact-title">"Contact"</h2>
                        <p>"We write to " <strong>{viewer.email}</strong> " about this order."</p>
                    </section>
                    <AddressFields known />
                </div>
                <CheckoutSummary cart=view.cart />
            </div>
        })
    };
    view! {
        <Titled title="Checkout: address" description="Where your order goes." quiet=true />
        <header class="page-head">
            <Steps current=0 />
            <h1>"Where does it go?"</h1>
        </header>
        {body}
    }
    .into_any()
}

#[component]
pub fn NothingToBuy() -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-line">"Your cart is empty."</p>
            <p>
                <a class="button" href="/products">
                    "Look around"
                </a>
            </p>
        </div>
    }
}

#[component]
fn AddressFields(known: AddressForm) -> impl IntoView {
    let flash = flash_of(ADDRESS.name);
    view! {
        <form class="form" method="post" action=SaveAddress::url() novalidate>
            <FormProblem flash=flash.clone() form=ADDRESS />
            <h2>"Shipping address"</h2>
            <Field spec=NAME value=known.name flash=flash.clone() />
            <Field spec=LINE1 value=known.line1 flash=flash.clone() />
            <Field spec=LINE2 value=known.line2 flash=flash.clone() />
            <div class="form-pair">
                <Field spec=POSTAL_CODE value=known.postal_code flash=flash.clone() />
                <Field spec=CITY value=known.city flash=flash.clone() />
            </div>
            <Field spec=REGION value=known.region flash=flash.clone() />
            <SelectField spec=COUNTRY value=known.country flash choices=ShippingAddress::countries().collect() />
            <button class="button" type="submit">
                "Continue to review"
            </button>
        </form>
    }
    .into_any()
}
