//! Second factors: what their pages ask of the core, and what is done there.

use leptos::prelude::*;
use shop::dto::SecurityView;

use crate::ShopError;
use crate::ui::QrView;

/// Whether somebody is about to sign in.
pub async fn load_login_code() -> Result<bool, ShopError> {
    crate::ssr::waits_for_code().await
}

/// The second step of a sign-in.
#[server(prefix = "/do", endpoint = "login-code")]
pub async fn login_code(#[server(default)] code: String, #[server(default)] next: String) -> Result<(), ShopError> {
    use super::forms::LOGIN_CODE;
    use crate::ssr::{Form, finish_sign_in};
    use crate::ui::{path::within_shop, with_next};
    let form = Form::new(LOGIN_CODE.name, &with_next("/login/code", &next));
    let next = within_shop(&next).unwrap_or("/");
    let finished = Box::pin(finish_sign_in(code, next));
    form.lead(Some(crate::Notice::SignedIn), finished, |()| next.to_owned()).await
}

pub async fn load_security() -> Result<(SecurityView, Option<QrView>), ShopError> {
    crate::ssr::security_page().await
}

/// The password once more, before anything of the page is changed. `from` is the page.
#[server(prefix = "/do", endpoint = "confirm-account")]
pub async fn confirm_account(
    #[server(default)] password: String,
    #[server(default)] from: String,
) -> Result<(), ShopError> {
    use super::forms::{CONFIRM_ACCOUNT, SECURITY};
    use crate::ssr::{self, Form};
    use crate::ui::path::SESSIONS;
    let page = if from == SESSIONS { SESSIONS } else { SECURITY };
    let confirmed = Box::pin(ssr::confirm_account(password));
    let said = "Thank you. Now you can change what stands here.";
    Form::new(CONFIRM_ACCOUNT.name, page).lead_saying(confirmed, |()| said.into(), |()| page.into()).await
}

#[server(prefix = "/do", endpoint = "begin-totp")]
pub async fn begin_totp() -> Result<(), ShopError> {
    use super::forms::{FACTORS, SECURITY};
    use crate::ssr::{self, Form};
    Form::new(FACTORS, SECURITY).lead(None, Box::pin(ssr::begin_totp()), |()| SECURITY.into()).await
}

/// With the recovery codes, which are shown once, on the page that this leads to.
#[server(prefix = "/do", endpoint = "confirm-totp")]
pub async fn confirm_totp(#[server(default)] code: String) -> Result<(), ShopError> {
    use super::forms::{CONFIRM_TOTP, SECURITY};
    use crate::ssr::{self, Form};
    let words = "From now on the sign-in asks for a code. These are your recovery codes: keep them now, they are shown this once.";
    let form = Form::new(CONFIRM_TOTP.name, SECURITY);
    let confirmed = Box::pin(ssr::confirm_totp(code));
    form.lead_showing(confirmed, |codes| (words.into(), codes.in_groups()), |_| SECURITY.into()).await.map(|_| ())
}

#[server(prefix = "/do", endpoint = "remove-totp")]
pub async fn remove_totp() -> Result<(), ShopError> {
    use super::forms::{FACTORS, SECURITY};
    use crate::ssr::{self, Form};
    let (form, removed) = (Form::new(FACTORS, SECURITY), Box::pin(ssr::remove_totp()));
    form.lead_saying(
        removed,
        |()| "The app is removed: no code of it is asked for any more.".into(),
        |()| SECURITY.into(),
    )
    .await
}

/// The codes before them end.
#[server(prefix = "/do", endpoint = "renew-recovery-codes")]
pub async fn renew_recovery_codes() -> Result<(), ShopError> {
    use super::forms::{RECOVERY, SECURITY};
    use crate::ssr::{self, Form};
    let words = "These are your new recovery codes: keep them now, they are shown this once.";
    let renewed = Box::pin(ssr::renew_recovery_codes());
    let form = Form::new(RECOVERY, SECURITY);
    form.lead_showing(renewed, |codes| (words.into(), codes.in_groups()), |_| SECURITY.into()).await.map(|_| ())
}
