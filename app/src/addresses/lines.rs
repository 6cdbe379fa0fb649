//! An address as it is written on a parcel, with what else is known of whoever lives there.

use leptos::prelude::*;
use shop::domain::ShippingAddress;

use crate::ui::Written;

#[component]
pub fn AddressLines(address: ShippingAddress) -> impl IntoView {
    let lines = address.lines().into_iter().map(|line| view! { <span>{line}</span> }).collect_view();
    view! {
        <address>{lines}</address>
        {address.phone.map(|phone| view! { <p class="address-more">{phone}</p> })}
        {address.tax_number.map(|number| view! { <p class="address-more">{format!("Tax number {number}")}</p> })}
    }
    .written()
}
