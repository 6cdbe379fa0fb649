//! The fields of one address on a page: the country, and below it what its addresses have.

use leptos::prelude::*;
use shop::domain::{AddressFormat, ShippingAddress};
use shop::dto::AddressForm;

use super::country_switch::CountrySwitch;
use super::forms::AddressSection;
use super::parts::AddressParts;
use crate::ui::{FieldSpec, Flash, SelectField, Written};

/// `update` is where a button sends the whole form to have the fields of another country, where there are no scripts.
#[component]
pub fn AddressFields(section: AddressSection, known: AddressForm, flash: Flash, update: &'static str) -> impl IntoView {
    let spec = section.country();
    let country = flash.value(spec.name).unwrap_or(&known.country).to_owned();
    let choices = ShippingAddress::countries().map(|(code, name)| (code, name.to_owned())).collect();
    let (shown, parts) = (country.clone(), country.clone());
    view! {
        <CountrySwitch section>
            <SelectField spec value=country flash=flash.clone() choices />
            <button class="button-quiet without-scripts" type="submit" formaction=update>
                "Update fields"
            </button>
            <div class="address-parts" data-country=shown>
                <AddressParts section country=parts known flash />
            </div>
        </CountrySwitch>
    }
    .written()
}

/// The fields in the order of the page, for its summary of problems.
pub fn specs_of(section: AddressSection, known: &AddressForm, flash: &Flash) -> Vec<FieldSpec> {
    let country = section.country();
    let format = AddressFormat::of(flash.value(country.name).unwrap_or(&known.country));
    std::iter::once(country).chain(section.fields(format).into_iter().map(|(_, spec)| spec)).collect()
}
