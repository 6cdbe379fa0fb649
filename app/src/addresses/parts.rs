//! What stands below the country of an address: its fields, in its order.

use leptos::prelude::*;
use shop::domain::AddressFormat;
use shop::dto::AddressForm;

use super::forms::{AddressField, AddressSection};
use crate::ui::{Field, Flash, SelectField, Written};

/// What stands below the country.
#[component]
pub fn AddressParts(section: AddressSection, country: String, known: AddressForm, flash: Flash) -> impl IntoView {
    let format = AddressFormat::of(&country);
    let field = |(key, spec): AddressField| {
        let value = flash.value(spec.name).unwrap_or_else(|| known.value(key)).to_owned();
        if key == "region" && !format.regions().is_empty() {
            let value = format.find_region(&value).map_or(value, |region| region.code.to_owned());
            let choices = format.regions().iter().map(|region| (region.code, region.label())).collect();
            // The code of what was typed, which may have been a name.
            let flash = flash.clone().without_value(spec.name);
            view! { <SelectField spec value flash choices /> }.written()
        } else {
            view! { <Field spec value flash=flash.clone() /> }.written()
        }
    };
    let row = |row: Vec<AddressField>| {
        let is_pair = row.len() > 1;
        let fields = row.into_iter().map(field).collect_view();
        if is_pair { view! { <div class="form-pair">{fields}</div> }.written() } else { fields.written() }
    };
    rows(section.fields(format)).into_iter().map(row).collect_view().written()
}

/// The fields by rows: a postal code stands beside the city or the state that it is written with.
fn rows(fields: Vec<AddressField>) -> Vec<Vec<AddressField>> {
    let is_place = |key| matches!(key, "city" | "region");
    let mut rows: Vec<Vec<AddressField>> = Vec::with_capacity(fields.len());
    for field in fields {
        match rows.last_mut() {
            Some(row)
                if row.len() == 1
                    && row.iter().all(|(key, _)| {
                        *key == "postal_code" && is_place(field.0) || is_place(key) && field.0 == "postal_code"
                    }) =>
            {
                row.push(field);
            }
            _ => rows.push(vec![field]),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postal_code_stands_beside_what_it_is_written_with() {
        let keys = |country| {
            let rows = rows(AddressSection::Book.fields(AddressFormat::of(country)));
            let keys = |row: Vec<AddressField>| row.into_iter().map(|(key, _)| key).collect::<Vec<_>>().join("+");
            rows.into_iter().map(keys).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(keys("DE"), "name company line1 line2 postal_code+city phone");
        assert_eq!(keys("US"), "name company line1 line2 city region+postal_code phone");
        assert_eq!(keys("HK"), "company name region city line1 line2 phone");
    }

    #[test]
    fn two_addresses_of_one_form_share_no_name() {
        let names = |section: AddressSection| section.every_field().into_iter().map(|spec| spec.name);
        let shipping: Vec<_> = names(AddressSection::Shipping).collect();
        assert!(names(AddressSection::Billing).all(|name| !shipping.contains(&name)));
        assert_eq!(names(AddressSection::Book).collect::<Vec<_>>(), shipping);
        assert_eq!(AddressSection::Billing.country().id(), "field-billing-country");
    }
}
