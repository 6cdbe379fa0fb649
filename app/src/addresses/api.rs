//! What addresses ask of the core. Other people's are not there.

use leptos::prelude::*;
use shop::domain::SavedAddress;
use shop::dto::AddressForm;

use crate::ShopError;

pub async fn load_addresses() -> Result<Vec<SavedAddress>, ShopError> {
    crate::ssr::customer_page(|shop, customer| async move { shop.addresses(customer).await }).await
}

pub async fn load_address(id: String) -> Result<SavedAddress, ShopError> {
    crate::ssr::customer_page(|shop, customer| async move { shop.address(customer, id.parse()?).await }).await
}

/// `default` is a checkbox: empty where it is not ticked.
#[server(prefix = "/do", endpoint = "add-address")]
pub async fn add_address(
    #[server(flatten)] typed: AddressForm,
    #[server(default)] default: String,
) -> Result<(), ShopError> {
    use crate::ssr::{Form, as_customer};
    let form = Form::filled(super::forms::book_form(), "/account/addresses/new", &typed).with("default", &default);
    let as_default = !default.is_empty();
    let added = as_customer(|shop, customer| async move { shop.add_address(customer, typed, as_default).await });
    let added = Box::pin(async { added.await.map(drop) });
    form.lead(Some(crate::Notice::AddressSaved), added, |()| super::paths::BOOK.into()).await
}

#[server(prefix = "/do", endpoint = "change-address")]
pub async fn change_address(
    #[server(default)] id: String,
    #[server(flatten)] typed: AddressForm,
    #[server(default)] default: String,
) -> Result<(), ShopError> {
    use crate::ssr::{Form, as_customer};
    let form =
        Form::filled(super::forms::book_form(), &super::paths::entry_path(&id), &typed).with("default", &default);
    let as_default = !default.is_empty();
    let changed = async move |shop: shop::infrastructure::LiveShop, customer| {
        shop.change_address(customer, id.parse()?, typed, as_default).await.map(drop)
    };
    form.lead(Some(crate::Notice::AddressSaved), as_customer(changed), |()| super::paths::BOOK.into()).await
}

/// The same form again, with the fields of the country that was chosen.
#[server(prefix = "/do", endpoint = "update-book-address")]
pub async fn update_book_address(
    #[server(default)] id: String,
    #[server(flatten)] typed: AddressForm,
    #[server(default)] default: String,
) -> Result<(), ShopError> {
    let back = format!("{}#field-country", super::paths::entry_path(&id));
    crate::ssr::Form::filled(super::forms::book_form(), &back, &typed).with("default", &default).show_again();
    Ok(())
}

#[server(prefix = "/do", endpoint = "default-address")]
pub async fn make_default_address(#[server(default)] id: String) -> Result<(), ShopError> {
    use crate::ssr::{Form, as_customer};
    let done = as_customer(|shop, customer| async move { shop.make_default_address(customer, id.parse()?).await });
    Form::new("address-book", super::paths::BOOK)
        .lead(Some(crate::Notice::AddressSaved), done, |()| super::paths::BOOK.into())
        .await
}

#[server(prefix = "/do", endpoint = "remove-address")]
pub async fn remove_address(#[server(default)] id: String) -> Result<(), ShopError> {
    use crate::ssr::{Form, as_customer};
    let done = as_customer(|shop, customer| async move { shop.remove_address(customer, id.parse()?).await });
    Form::new("address-book", super::paths::BOOK)
        .lead(Some(crate::Notice::AddressRemoved), done, |()| super::paths::BOOK.into())
        .await
}
