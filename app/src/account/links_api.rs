//! What the pages that mail leads to ask of the core: a new password, and whose an address is.

use leptos::prelude::*;
use shop::dto::{AccountLinkView, Viewer};

use crate::ShopError;

/// The answer is the same whether somebody has an account with this address or not.
#[server(prefix = "/do", endpoint = "forgot-password")]
pub async fn forgot_password(#[server(default)] email: String) -> Result<(), ShopError> {
    use super::forms::FORGOT;
    use crate::ssr::{Form, request_password_reset};
    let form = Form::new(FORGOT.name, "/forgot-password").with("email", &email);
    let asked = request_password_reset(&email);
    form.lead_saying(
        asked,
        |()| "If somebody has an account with this address, we have sent a link to it.".into(),
        |()| "/forgot-password".into(),
    )
    .await
}

/// Of the link that was opened, or that waits.
pub async fn load_reset_link(token: String) -> Result<Option<AccountLinkView>, ShopError> {
    use crate::ssr::{KeptLink, kept_link};
    kept_link(KeptLink::Reset, &token, |shop, token| async move { shop.reset_link(&token).await }).await
}

#[server(prefix = "/do", endpoint = "reset-password")]
pub async fn reset_password(#[server(default)] password: String) -> Result<(), ShopError> {
    use super::forms::RESET;
    use crate::ssr::{self, Form};
    let form = Form::new(RESET.name, "/reset-password");
    form.lead_saying(
        ssr::reset_password(password),
        |()| "Your password is changed. Sign in with it.".into(),
        |()| "/login".into(),
    )
    .await
}

/// The same, and who is signed in.
pub async fn load_verify_link(token: String) -> Result<(Option<AccountLinkView>, Option<Viewer>), ShopError> {
    use crate::ssr::{KeptLink, kept_link};
    let read = kept_link(KeptLink::Verify, &token, |shop, token| async move { shop.verify_link(&token).await });
    Ok((read.await?, crate::ssr::header().await?.viewer))
}

#[server(prefix = "/do", endpoint = "verify-email")]
pub async fn verify_email() -> Result<(), ShopError> {
    use super::forms::{ACCOUNT, VERIFY};
    use crate::ssr::{self, Form};
    let form = Form::new(VERIFY, "/verify-email");
    form.lead_saying(
        ssr::confirm_email(),
        |()| "Thank you. Your e-mail address is confirmed.".into(),
        |()| ACCOUNT.into(),
    )
    .await
}
