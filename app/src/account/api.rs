//! What accounts ask of the core. Passwords are never shown again, not even to whoever typed them.

use leptos::prelude::*;
use shop::dto::Viewer;

use crate::ShopError;

#[server(prefix = "/do", endpoint = "me")]
pub async fn me() -> Result<Viewer, ShopError> {
    crate::ssr::viewer_page().await
}

#[server(prefix = "/do", endpoint = "login")]
pub async fn login(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), ShopError> {
    use crate::Notice;
    use crate::ssr::{Form, sign_in};
    use crate::ui::{path::within_shop, with_next};
    let form = Form::new("login", &with_next("/login", &next)).with("email", &email);
    let signed_in = sign_in(shop::dto::LoginForm { email, password });
    form.lead(Some(Notice::SignedIn), signed_in, |()| within_shop(&next).unwrap_or("/").into()).await
}

#[server(prefix = "/do", endpoint = "register")]
pub async fn register(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), ShopError> {
    use crate::Notice;
    use crate::ssr::{Form, sign_up};
    use crate::ui::{path::within_shop, with_next};
    let form = Form::new("register", &with_next("/register", &next)).with("name", &name).with("email", &email);
    let signed_up = sign_up(shop::dto::RegisterForm { name, email, password });
    form.lead(Some(Notice::AccountCreated), signed_up, |()| within_shop(&next).unwrap_or("/").into()).await
}

#[server(prefix = "/do", endpoint = "logout")]
pub async fn logout() -> Result<(), ShopError> {
    use crate::ssr::{Form, sign_out};
    Form::new("logout", "/").lead(Some(crate::Notice::SignedOut), sign_out(), |()| "/".into()).await
}
