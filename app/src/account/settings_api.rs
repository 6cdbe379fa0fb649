//! Changing one's own account. Each form stands on the account's page and leads back to it.

use leptos::prelude::*;

use crate::ShopError;

#[server(prefix = "/do", endpoint = "change-name")]
pub async fn change_name(#[server(default)] name: String) -> Result<(), ShopError> {
    use super::forms::{ACCOUNT, CHANGE_NAME};
    use crate::ssr::{Form, as_customer};
    let form = Form::new(CHANGE_NAME.name, ACCOUNT).with("name", &name);
    let changed = as_customer(|shop, by| async move { shop.change_name(by, &name).await });
    form.lead_saying(changed, |()| "Your name is changed.".into(), |()| ACCOUNT.into()).await
}

#[server(prefix = "/do", endpoint = "change-email")]
pub async fn change_email(
    #[server(default)] email: String,
    #[server(default)] email_password: String,
) -> Result<(), ShopError> {
    use super::forms::{ACCOUNT, CHANGE_EMAIL};
    use crate::ssr::{Form, request_email_change};
    let form = Form::new(CHANGE_EMAIL.name, ACCOUNT).with("email", &email);
    let asked = Box::pin(request_email_change(email, email_password));
    form.lead_saying(
        asked,
        |()| "We have sent a link to the new address. It changes once you have opened that.".into(),
        |()| ACCOUNT.into(),
    )
    .await
}

#[server(prefix = "/do", endpoint = "change-password")]
pub async fn change_password(
    #[server(default)] current_password: String,
    #[server(default)] password: String,
) -> Result<(), ShopError> {
    use super::forms::{ACCOUNT, CHANGE_PASSWORD};
    use crate::ssr::{self, Form};
    let form = Form::new(CHANGE_PASSWORD.name, ACCOUNT);
    let changed = Box::pin(ssr::change_password(current_password, password));
    form.lead_saying(
        changed,
        |()| "Your password is changed, and every other device is signed out.".into(),
        |()| ACCOUNT.into(),
    )
    .await
}

#[server(prefix = "/do", endpoint = "send-verification")]
pub async fn send_verification() -> Result<(), ShopError> {
    use super::forms::{ACCOUNT, VERIFY};
    use crate::ssr::{self, Form};
    let form = Form::new(VERIFY, ACCOUNT);
    form.lead_saying(
        ssr::send_verification(),
        |()| "The link is on its way. We send one in five minutes at most.".into(),
        |()| ACCOUNT.into(),
    )
    .await
}
