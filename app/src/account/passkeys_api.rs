//! Passkeys: what their script and their forms ask of the core.

use leptos::prelude::*;

use crate::ShopError;

/// What a browser is asked to sign in, as JSON of its own. For the script.
#[server(prefix = "/do", endpoint = "passkey-challenge")]
pub async fn passkey_challenge() -> Result<String, ShopError> {
    crate::ssr::passkey_challenge().await
}

#[server(prefix = "/do", endpoint = "passkey-login")]
pub async fn passkey_login(
    #[server(default)] answer: String,
    #[server(default)] next: String,
) -> Result<(), ShopError> {
    use super::forms::PASSKEY_LOGIN;
    use crate::ssr::{Form, sign_in_with_passkey};
    use crate::ui::{path::within_shop, with_next};
    let form = Form::new(PASSKEY_LOGIN, &with_next("/login", &next));
    let next = within_shop(&next).unwrap_or("/");
    let signed_in = Box::pin(sign_in_with_passkey(answer, next));
    form.lead(Some(crate::Notice::SignedIn), signed_in, |()| next.to_owned()).await
}

/// What a browser is asked to make one. For the script.
#[server(prefix = "/do", endpoint = "new-passkey-challenge")]
pub async fn new_passkey_challenge() -> Result<String, ShopError> {
    crate::ssr::new_passkey_challenge().await
}

/// With recovery codes, where there were none, which are shown once, on the page that this leads to.
#[server(prefix = "/do", endpoint = "add-passkey")]
pub async fn add_passkey(
    #[server(default)] answer: String,
    #[server(default)] passkey_name: String,
) -> Result<(), ShopError> {
    use super::forms::{ADD_PASSKEY, SECURITY};
    use crate::ssr::{self, Form, passkey_words};
    let form = Form::new(ADD_PASSKEY.name, SECURITY).with("passkey_name", &passkey_name);
    let added = Box::pin(ssr::add_passkey(answer, passkey_name));
    form.lead_showing(added, passkey_words, |_| SECURITY.into()).await.map(|_| ())
}

#[server(prefix = "/do", endpoint = "remove-passkey")]
pub async fn remove_passkey(#[server(default)] id: String) -> Result<(), ShopError> {
    use super::forms::{FACTORS, SECURITY};
    use crate::ssr::{self, Form};
    let (form, removed) = (Form::new(FACTORS, SECURITY), Box::pin(ssr::remove_passkey(id)));
    form.lead_saying(removed, |()| "The passkey is removed.".into(), |()| SECURITY.into()).await
}
