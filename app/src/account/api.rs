//! What accounts ask of the core. Passwords are never shown again, not even to whoever typed them.

use leptos::prelude::*;
use shop::dto::{AccountView, LoginForm, RegisterForm};

use crate::ShopError;

pub async fn me() -> Result<AccountView, ShopError> {
    crate::ssr::customer_page(|shop, by| async move { shop.my_account(by).await }).await
}

#[server(prefix = "/do", endpoint = "login")]
pub async fn login(#[server(flatten)] typed: LoginForm, #[server(default)] next: String) -> Result<(), ShopError> {
    use super::forms::LOGIN;
    use crate::ssr::{Form, sign_in};
    use crate::ui::{path::within_shop, with_next};
    let form = Form::filled(LOGIN, &with_next("/login", &next), &typed);
    let next = within_shop(&next).unwrap_or("/");
    form.lead_step(Box::pin(sign_in(typed, next)), next, &with_next("/login/code", next)).await
}

#[server(prefix = "/do", endpoint = "register")]
pub async fn register(
    #[server(flatten)] typed: RegisterForm,
    #[server(default)] next: String,
) -> Result<(), ShopError> {
    use crate::Notice;
    use crate::ssr::{Form, sign_up};
    use crate::ui::{path::within_shop, with_next};
    let form = Form::filled(super::forms::REGISTER, &with_next("/register", &next), &typed);
    form.lead(Some(Notice::AccountCreated), sign_up(typed), |()| within_shop(&next).unwrap_or("/").into()).await
}

#[server(prefix = "/do", endpoint = "logout")]
pub async fn logout() -> Result<(), ShopError> {
    use crate::ssr::{Form, sign_out};
    Form::new("logout", "/").lead(Some(crate::Notice::SignedOut), sign_out(), |()| "/".into()).await
}
