//! `/checkout`: who is buying, and where it goes.

use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::SavedAddress;
use shop::dto::{AddressForm, CheckoutForm, CheckoutStep};

use super::api::{SaveAddress, Step, UpdateAddress, load_step};
use super::billing::{self, Billing};
use super::forms::{EMAIL, SAVED, address_form};
use super::missing::{NothingToBuy, heading};
use super::saved_addresses::{self, SavedAddresses};
use super::steps::Steps;
use super::summary::CheckoutSummary;
use crate::addresses::{AddressFields, AddressSection, specs_of};
use crate::ui::{DefaultButton, Field, Flash, FormProblem, Titled, Written, flash_of, loaded, with_next};

#[component]
pub fn AddressPage() -> impl IntoView {
    loaded(load_step(), |step| view! { <Address step /> })
}

#[component]
fn Address(step: Step) -> impl IntoView {
    let Step { viewer, view, .. } = step;
    let (flash, after_address, placed) = (flash_of(address_form().name), view.after_address(), view.placed);
    let chosen = saved_addresses::chosen(&view, &flash);
    // What is typed below "another address" is not what the book has.
    let given = view.address.filter(|_| chosen == CheckoutForm::ANOTHER);
    let known = given.or(view.last_address.filter(|_| view.saved.is_empty())).map(AddressForm::from);
    let known = known.unwrap_or_else(|| AddressForm {
        name: viewer.as_ref().map(|v| v.name.clone()).unwrap_or_default(),
        ..AddressForm::default()
    });
    let saved = view.saved;
    let other = billing::is_other(view.billing.as_ref(), &flash);
    let billed = view.billing.map(AddressForm::from).unwrap_or_default();
    let guest = viewer.is_none().then(|| view.email.unwrap_or_default());
    let body = if view.cart.is_empty() {
        Either::Left(view! { <NothingToBuy placed /> })
    } else {
        Either::Right(view! {
            <div class="checkout">
                <div>
                    {viewer.map(|viewer| view! { <Contact email=viewer.email /> })}
                    <AddressStep known saved chosen guest billed other flash />
                </div>
                <CheckoutSummary cart=view.cart />
            </div>
        })
    };
    view! {
        <Titled title="Checkout: address" description="Where your order goes." quiet=true />
        <header class="page-head">
            <Steps current=CheckoutStep::Address after_address />
            <h1>{heading(placed, "Where does it go?")}</h1>
        </header>
        {body}
    }
    .written()
}

#[component]
fn Contact(email: String) -> impl IntoView {
    view! {
        <section class="checkout-part" aria-labelledby="contact-title">
            <h2 id="contact-title">"Contact"</h2>
            <p>"We write to " <strong>{email}</strong> " about this order."</p>
        </section>
    }
}

/// `email` is what was given in this checkout.
#[component]
fn GuestContact(email: String, flash: Flash) -> impl IntoView {
    view! {
        <h2 id="contact-title">"Contact"</h2>
        <Field spec=EMAIL value=email flash />
        <p class="aside">"Have an account? " <a href=with_next("/login", "/checkout")>"Sign in"</a> "."</p>
    }
}

/// `guest` is the e-mail address of who has no account, as far as it is known.
#[component]
fn AddressStep(
    known: AddressForm,
    saved: Vec<SavedAddress>,
    chosen: String,
    guest: Option<String>,
    billed: AddressForm,
    other: bool,
    flash: Flash,
) -> impl IntoView {
    let section = AddressSection::Shipping;
    let (tax_number, tax_spec) = (known.tax_number.clone(), section.tax_number());
    let billing = AddressSection::Billing;
    let (is_guest, asked) = (guest.is_some(), guest.is_some().then_some(EMAIL));
    let fields = asked.into_iter().chain([SAVED]).chain(specs_of(section, &known, &flash)).chain([tax_spec]);
    let fields = fields.chain(specs_of(billing, &billed, &flash)).chain([billing.tax_number()]).collect::<Vec<_>>();
    let ticked = flash.value("keep").is_some_and(|typed| !typed.is_empty());
    view! {
        <form class="form" method="post" action=SaveAddress::url() novalidate>
            <DefaultButton />
            <FormProblem flash=flash.clone() fields />
            {guest.map(|email| view! { <GuestContact email flash=flash.clone() /> })}
            <h2 id="shipping-title">"Shipping address"</h2>
            {(!saved.is_empty()).then(|| view! { <SavedAddresses saved chosen flash=flash.clone() /> })}
            <div class="form another-address">
                <AddressFields section known flash=flash.clone() update=UpdateAddress::url() />
                <div class="shipping-tax-number">
                    <Field spec=tax_spec value=tax_number flash=flash.clone() />
                </div>
                {(!is_guest)
                    .then(|| {
                        view! {
                            <label class="check">
                                <input type="checkbox" name="keep" value="on" checked=ticked />
                                "Keep it in my address book"
                            </label>
                        }
                    })}
            </div>
            <Billing known=billed other flash />
            <button class="button" type="submit">
                "Continue"
            </button>
        </form>
    }
    .written()
}
