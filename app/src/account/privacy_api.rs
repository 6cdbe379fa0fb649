//! What is kept of somebody: asking for all of it, and that it goes.

use leptos::prelude::*;
use shop::dto::PrivacyView;

use crate::ShopError;

pub async fn load_privacy() -> Result<PrivacyView, ShopError> {
    crate::ssr::customer_page(|shop, by| async move { shop.privacy(by).await }).await
}

#[server(prefix = "/do", endpoint = "request-data")]
pub async fn request_data(#[server(default)] export_password: String) -> Result<(), ShopError> {
    use super::forms::{EXPORT, PRIVACY};
    use crate::ssr::{Form, request_data_export};
    let asked = Box::pin(request_data_export(export_password));
    let said = "We put your data together, and write to you as soon as they are ready.";
    Form::new(EXPORT.name, PRIVACY).lead_saying(asked, |()| said.into(), |()| PRIVACY.into()).await
}

#[server(prefix = "/do", endpoint = "delete-account")]
pub async fn delete_account(#[server(default)] delete_password: String) -> Result<(), ShopError> {
    use super::forms::{DELETE, PRIVACY};
    use crate::ssr::{Form, close_account};
    let closed = Box::pin(close_account(delete_password));
    let said = "Your account is deleted. Thank you for having been here.";
    Form::new(DELETE.name, PRIVACY).lead_saying(closed, |()| said.into(), |()| "/".into()).await
}
