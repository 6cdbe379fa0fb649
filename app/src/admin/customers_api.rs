//! What the pages of customers ask of the core, and what is done there.

use leptos::prelude::*;
use shop::dto::{CustomerList, CustomerView};

use crate::ShopError;

/// `search` is the query of the page's address.
pub async fn load_customers(search: String) -> Result<CustomerList, ShopError> {
    let query = shop::dto::CustomerQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.customer_list(by, &query).await }).await
}

pub async fn load_customer(id: String) -> Result<CustomerView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.customer(by, id.parse()?).await }).await
}

/// Notes something; no customer reads it.
#[server(prefix = "/do", endpoint = "admin-note-customer")]
pub async fn note_customer(#[server(default)] id: String, #[server(default)] note: String) -> Result<(), ShopError> {
    use super::paths::customer_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(super::forms::CUSTOMER_NOTE, &customer_path(&id)).with("note", &note);
    let back = customer_path(&id);
    let noted = as_staff(|shop, by| async move { shop.note_customer(by, id.parse()?, &note).await });
    form.lead_saying(noted, |()| "Noted.".into(), |()| back).await
}

/// Makes a customer nobody; `email` is their address, typed once more.
#[server(prefix = "/do", endpoint = "admin-anonymise-customer")]
pub async fn anonymise_customer(
    #[server(default)] id: String,
    #[server(default)] email: String,
) -> Result<(), ShopError> {
    use super::paths::customer_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(super::forms::ANONYMISE, &customer_path(&id)).with("email", &email);
    let done = as_staff(|shop, by| async move { shop.anonymise_customer(by, id.parse()?, &email).await });
    let list = shop::dto::CustomerQuery::PATH;
    form.lead_saying(done, |()| "The customer is anonymised. Their orders stay.".into(), |()| list.into()).await
}
