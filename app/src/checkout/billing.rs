//! Who is billed: whoever it goes to, or somebody else.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::ShippingAddress;
use shop::dto::{AddressForm, CheckoutForm};

use super::api::UpdateAddress;
use crate::addresses::{AddressFields, AddressSection};
use crate::ui::{Field, Flash, Written};

/// Whether another address is meant: as it was sent, or as this checkout has it.
pub fn is_other(billing: Option<&ShippingAddress>, flash: &Flash) -> bool {
    flash.value("billing_is").map_or(billing.is_some(), |sent| sent == CheckoutForm::OTHER)
}

#[component]
pub fn Billing(known: AddressForm, other: bool, flash: Flash) -> impl IntoView {
    let section = AddressSection::Billing;
    let (tax_spec, tax_number) = (section.tax_number(), known.tax_number.clone());
    view! {
        <fieldset class="billing">
            <legend>"Billing address"</legend>
            <label class="check">
                <input type="radio" name="billing_is" value="same" checked=!other />
                "The same as the shipping address"
            </label>
            <label class="check">
                <input type="radio" name="billing_is" value=CheckoutForm::OTHER checked=other />
                "Another address"
            </label>
            <div class="form other-billing">
                <AddressFields section known flash=flash.clone() update=UpdateAddress::url() />
                <Field spec=tax_spec value=tax_number flash />
            </div>
        </fieldset>
    }
    .written()
}
