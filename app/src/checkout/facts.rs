//! What is settled already, with the way back to it.

use leptos::prelude::*;
use shop::domain::ShippingAddress;
use shop::dto::{ShippingView, TaxNumberUse, words};

use crate::addresses::AddressLines;

#[component]
pub fn GoesTo(address: ShippingAddress) -> impl IntoView {
    view! {
        <div>
            <dt>"Goes to"</dt>
            <dd>
                <AddressLines address />
            </dd>
            <dd>
                <a href="/checkout">"Change address"</a>
            </dd>
        </div>
    }
}

#[component]
pub fn BilledTo(address: ShippingAddress) -> impl IntoView {
    view! {
        <div>
            <dt>"Billed to"</dt>
            <dd>
                <AddressLines address />
            </dd>
        </div>
    }
}

/// What comes of the tax number that stands in an address above.
#[component]
pub fn TaxNumber(given: TaxNumberUse) -> impl IntoView {
    let words = match given {
        TaxNumberUse::ReverseCharge => "No tax is charged: your business accounts for it (reverse charge).",
        TaxNumberUse::Recorded => "It is recorded with your order, and changes nothing in its price.",
    };
    view! {
        <div>
            <dt>"Tax number"</dt>
            <dd>{words}</dd>
        </div>
    }
}

/// `open`: it was given in this checkout, and may be changed.
#[component]
pub fn Contact(email: String, #[prop(optional)] open: bool) -> impl IntoView {
    let change = open.then(|| {
        view! {
            <dd>
                <a href="/checkout#field-email">"Change e-mail"</a>
            </dd>
        }
    });
    view! {
        <div>
            <dt>"Contact"</dt>
            <dd>{email}</dd>
            {change}
        </div>
    }
}

/// By which way it is sent. `open`: there is another.
#[component]
pub fn ShippedBy(shipping: ShippingView, open: bool) -> impl IntoView {
    let window = shipping.days.map(|days| words::delivery(days, shipping.pick_up));
    let change = open.then(|| {
        view! {
            <dd>
                <a href="/checkout/shipping">"Change shipping"</a>
            </dd>
        }
    });
    view! {
        <div>
            <dt>"Shipping"</dt>
            <dd>{shipping.name}</dd>
            {window.map(|window| view! { <dd>{window}</dd> })}
            {change}
        </div>
    }
}
