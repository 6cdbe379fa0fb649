//! What accounts ask of the core. Passwords are never shown again, not even to whoever typed them.

use leptos::prelude::*;
use shop::dto::{LoginForm, RegisterForm, Viewer};

use crate::ShopError;

#[server(prefix = "/do", endpoint = "me")]
pub async fn me() -> Result<Viewer, ShopError> {
    crate::ssr::viewer_page().await
}

#[server(prefix = "/do", endpoint = "login")]
pub async fn login(#[server(flatten)] typed: LoginForm, #[server(default)] next: String) -> Result<(), ShopError> {
    use crate::Notice;
    use crate::ssr::{Form, sign_in};
    use crate::ui::{path::within_shop, with_next};
    use shop::usecase::CartMerge;
    let form = Form::filled(super::forms::LOGIN, &with_next("/login", &next), &typed);
    let next = within_shop(&next).unwrap_or("/");
    let how = if next.starts_with("/checkout") { CartMerge::GuestsAlone } else { CartMerge::Both };
    form.lead(Some(Notice::SignedIn), sign_in(typed, how), |()| next.to_owned()).await
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
