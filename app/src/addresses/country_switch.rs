//! The fields of an address follow its country, in place.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::forms::AddressSection;
use super::in_page::{Typed, chosen_country, is_shown, show};
use super::island_api::address_fields;

/// Around a country's list and the fields below it. Fields that the other country has too keep what was typed; those it
/// does not have get it back when they return.
#[island]
pub fn CountrySwitch(section: AddressSection, children: Children) -> impl IntoView {
    let around = NodeRef::<html::Div>::new();
    let typed = StoredValue::new(Typed::default());
    let follow = move || {
        let Some(part) = around.get_untracked() else { return };
        let Some(country) = chosen_country(&part).filter(|country| !is_shown(&part, country)) else { return };
        spawn_local(async move {
            // Where it cannot be had the fields stay as they are: the shop checks them by the country all the same.
            if let Ok(fields) = address_fields(section, country.clone()).await
                && chosen_country(&part).as_ref() == Some(&country)
            {
                typed.update_value(|typed| show(&part, &country, &fields, typed));
            }
        });
    };
    // Shoppers are quicker than scripts, and browsers restore what was chosen before a reload.
    Effect::new(move |_| {
        around.track();
        follow();
    });
    view! {
        <div class="address-fields" node_ref=around on:change=move |_| follow()>
            {children()}
        </div>
    }
}
