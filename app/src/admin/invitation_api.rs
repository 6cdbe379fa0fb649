//! What the page of an invitation asks of the core: for whoever brings its link.

use leptos::prelude::*;
use shop::dto::{InvitationView, Viewer};

use crate::ShopError;

/// What it says, and who is signed in.
#[server(prefix = "/do", endpoint = "invitation")]
pub async fn load_invitation(#[server(default)] token: String) -> Result<(InvitationView, Option<Viewer>), ShopError> {
    use shop::usecase::InvitationToken;
    let view = crate::ssr::page(|shop| async move { shop.invitation(&InvitationToken::brought(&token)).await }).await?;
    Ok((view, crate::ssr::header().await?.viewer))
}

/// Opens the account, and signs in.
#[server(prefix = "/do", endpoint = "accept-invitation")]
pub async fn accept_invitation(
    #[server(default)] token: String,
    #[server(default)] name: String,
    #[server(default)] password: String,
) -> Result<(), ShopError> {
    use super::paths::invitation_path;
    use crate::ssr::Form;
    let form = Form::new(super::forms::ACCEPT, &invitation_path(&token)).with("name", &name);
    let accepted = async { crate::ssr::accept_invitation(&token, name, password).await };
    form.lead_saying(accepted, |()| "Welcome. This is where you work.".into(), |()| "/admin".into()).await
}

/// Who has an account says yes with it.
#[server(prefix = "/do", endpoint = "join-staff")]
pub async fn join_staff(#[server(default)] token: String) -> Result<(), ShopError> {
    use super::paths::invitation_path;
    use crate::ssr::{Form, as_customer};
    use shop::usecase::InvitationToken;
    let form = Form::new(super::forms::ACCEPT, &invitation_path(&token));
    let joined = as_customer(|shop, by| async move { shop.join_staff(by, &InvitationToken::brought(&token)).await });
    form.lead_saying(joined, |()| "Welcome. This is where you work.".into(), |()| "/admin".into()).await
}
