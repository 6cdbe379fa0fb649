//! What the page of an invitation asks of the core: for whoever brings its link.

use leptos::prelude::*;
use shop::dto::OpenedInvitation;

use crate::ShopError;

/// None: it was opened just now, and is left for its own address.
pub async fn load_invitation(token: String) -> Result<Option<OpenedInvitation>, ShopError> {
    crate::ssr::invitation(&token).await
}

/// Opens the account, and signs in.
#[server(prefix = "/do", endpoint = "accept-invitation")]
pub async fn accept_invitation(
    #[server(default)] token: String,
    #[server(default)] name: String,
    #[server(default)] password: String,
) -> Result<(), ShopError> {
    use super::paths::INVITATION_PATH;
    use crate::ssr::Form;
    let form = Form::new(super::forms::ACCEPT, INVITATION_PATH).with("name", &name);
    let accepted = async { crate::ssr::accept_invitation(&token, name, password).await };
    form.lead_saying(accepted, |()| "Welcome. This is where you work.".into(), |()| "/admin".into()).await
}

/// Who has an account says yes with it.
#[server(prefix = "/do", endpoint = "join-staff")]
pub async fn join_staff(#[server(default)] token: String) -> Result<(), ShopError> {
    use super::paths::INVITATION_PATH;
    use crate::ssr::Form;
    let form = Form::new(super::forms::ACCEPT, INVITATION_PATH);
    let joined = async { crate::ssr::join_staff(&token).await };
    form.lead_saying(joined, |()| "Welcome. This is where you work.".into(), |()| "/admin".into()).await
}
