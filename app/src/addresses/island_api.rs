//! What the island of a country's fields asks.

use leptos::prelude::*;

use super::forms::AddressSection;
use crate::ShopError;
use crate::wire::Answer;

/// The fields of a country's addresses as they stand on a page, with nothing typed into them.
#[server(prefix = "/do", endpoint = "address-fields", output = Answer)]
pub async fn address_fields(section: AddressSection, country: String) -> Result<String, ShopError> {
    use super::parts::AddressParts;
    let (known, flash) = Default::default();
    Ok(view! { <AddressParts section country known flash /> }.to_html())
}
