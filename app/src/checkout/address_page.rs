//! `/checkout`: who is buying, and where it goes.

use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::ShippingAddress;
use shop::dto::AddressForm;

use super::api::{SaveAddress, Step, load_step};
use super::steps::Steps;
use super::summary::CheckoutSummary;
use crate::ui::{Field, FieldProblem, Flash, FormProblem, Titled, flash_of, loaded, problem_id};

const LABELS: &[(&str, &str)] = &[
    ("name", "Full name"),
    ("line1", "Address"),
    ("line2", "Apartment, suite (optional)"),
    ("city", "City"),
    ("region", "State or region (optional)"),
    ("postal_code", "Postal code"),
    ("country", "Country"),
];

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
            <p><a class="button" href="/products">"Look around"</a></p>
        </div>
    }
}

#[component]
fn AddressFields(known: AddressForm) -> impl IntoView {
    let flash = flash_of("address");
    view! {
        <form class="form" method="post" action=SaveAddress::url() novalidate>
            <FormProblem flash=flash.clone() labels=LABELS />
            <h2>"Shipping address"</h2>
            <Field label="Full name" name="name" autocomplete="name" value=known.name flash=flash.clone() />
            <Field label="Address" name="line1" autocomplete="address-line1" value=known.line1 flash=flash.clone() />
            <Field
                label="Apartment, suite (optional)"
                name="line2"
                autocomplete="address-line2"
                value=known.line2
                required=false
                flash=flash.clone()
            />
            <div class="form-pair">
                <Field
                    label="Postal code"
                    name="postal_code"
                    autocomplete="postal-code"
                    value=known.postal_code
                    flash=flash.clone()
                />
                <Field label="City" name="city" autocomplete="address-level2" value=known.city flash=flash.clone() />
            </div>
            <Field
                label="State or region (optional)"
                name="region"
                autocomplete="address-level1"
                value=known.region
                required=false
                flash=flash.clone()
            />
            <CountryField known=known.country flash />
            <button class="button" type="submit">"Continue to review"</button>
        </form>
    }
    .into_any()
}

#[component]
fn CountryField(known: String, flash: Flash) -> impl IntoView {
    let chosen = flash.value("country").map_or(known, str::to_owned);
    let problem = flash.problem("country").cloned();
    let wrong = problem.is_some();
    let options = ShippingAddress::countries().map(|(code, name)| {
        view! { <option value=code selected=code == chosen>{name}</option> }
    });
    view! {
        <div class="field" class:field-wrong=wrong>
            <label for="field-country">"Country"</label>
            <select
                id="field-country"
                name="country"
                autocomplete="country"
                required
                aria-invalid=wrong.then_some("true")
                aria-describedby=wrong.then(|| problem_id("country"))
            >
                <option value="">"Please choose"</option>
                {options.collect_view()}
            </select>
            <FieldProblem name="country" problem />
        </div>
    }
}
