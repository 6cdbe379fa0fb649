//! What the page of the keys of programs asks of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::Fields;
use shop::dto::ApiKeysView;

use crate::ShopError;

pub async fn load_keys() -> Result<ApiKeysView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.api_keys(by).await }).await
}

/// What is made is shown once, on the page that this leads to.
#[server(prefix = "/do", endpoint = "admin-make-key")]
pub async fn make_key(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::paths::KEYS_PATH;
    use crate::ssr::{Form, as_staff, key_shown};
    let form = Form::new(super::forms::NEW_KEY, KEYS_PATH).with_fields(&fields);
    let made = as_staff(move |shop, by| async move { shop.make_api_key(by, &fields).await });
    form.lead_showing(made, key_shown, |_| KEYS_PATH.into()).await.map(|_| ())
}

/// Programs that bring it are turned away at once.
#[server(prefix = "/do", endpoint = "admin-revoke-key")]
pub async fn revoke_key(#[server(default)] id: String) -> Result<(), ShopError> {
    use super::paths::KEYS_PATH;
    use crate::ssr::{Form, as_staff};
    let revoked = as_staff(|shop, by| async move { shop.revoke_api_key(by, id.parse()?).await });
    let form = Form::new(super::forms::KEYS, KEYS_PATH);
    form.lead_saying(revoked, |()| "The key is revoked.".into(), |()| KEYS_PATH.into()).await
}
