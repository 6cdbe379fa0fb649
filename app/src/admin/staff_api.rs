//! What the page of the staff asks of the core, and what is done there.

use leptos::prelude::*;
use shop::dto::TeamView;

use crate::ShopError;

pub async fn load_team() -> Result<TeamView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.team(by).await }).await
}

#[server(prefix = "/do", endpoint = "admin-invite-staff")]
pub async fn invite_staff(#[server(default)] email: String, #[server(default)] role: String) -> Result<(), ShopError> {
    use super::paths::TEAM_PATH;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(super::forms::INVITE, TEAM_PATH).with("email", &email).with("role", &role);
    let invited = as_staff(|shop, by| async move { shop.invite_staff(by, &email, &role).await });
    form.lead_saying(invited, |()| "The invitation is on its way.".into(), |()| TEAM_PATH.into()).await
}

/// With a link of its own: the one before ends.
#[server(prefix = "/do", endpoint = "admin-resend-invitation")]
pub async fn resend_invitation(#[server(default)] id: String) -> Result<(), ShopError> {
    use super::paths::TEAM_PATH;
    use crate::ssr::{Form, as_staff};
    let sent = as_staff(|shop, by| async move { shop.resend_invitation(by, id.parse()?).await });
    let form = Form::new(super::forms::TEAM, TEAM_PATH);
    form.lead_saying(sent, |()| "The invitation is on its way again.".into(), |()| TEAM_PATH.into()).await
}

#[server(prefix = "/do", endpoint = "admin-revoke-invitation")]
pub async fn revoke_invitation(#[server(default)] id: String) -> Result<(), ShopError> {
    use super::paths::TEAM_PATH;
    use crate::ssr::{Form, as_staff};
    let revoked = as_staff(|shop, by| async move { shop.revoke_invitation(by, id.parse()?).await });
    let form = Form::new(super::forms::TEAM, TEAM_PATH);
    form.lead_saying(revoked, |()| "The invitation is taken back.".into(), |()| TEAM_PATH.into()).await
}

#[server(prefix = "/do", endpoint = "admin-change-role")]
pub async fn change_role(#[server(default)] user_id: String, #[server(default)] role: String) -> Result<(), ShopError> {
    use super::paths::TEAM_PATH;
    use crate::ssr::{Form, as_staff};
    use shop::domain::{Refusal, StaffRole};
    let form = Form::new(super::forms::TEAM, TEAM_PATH).with("user_id", &user_id).with("role", &role);
    let role = StaffRole::parse(&role).ok_or(Refusal::NotFound);
    let changed = as_staff(|shop, by| async move { shop.change_staff_role(by, user_id.parse()?, role?).await });
    form.lead_saying(changed, |()| "The role is changed.".into(), |()| TEAM_PATH.into()).await
}

/// Of somebody who has lost it: they sign in with their password, and set up another.
#[server(prefix = "/do", endpoint = "admin-reset-factors")]
pub async fn reset_factors(#[server(default)] user_id: String) -> Result<(), ShopError> {
    use super::paths::TEAM_PATH;
    use crate::ssr::{Form, as_staff};
    let reset = as_staff(|shop, by| async move { shop.reset_factors(by, user_id.parse()?).await });
    let form = Form::new(super::forms::TEAM, TEAM_PATH);
    form.lead_saying(reset, |()| "The second factor is reset, and they are signed out.".into(), |()| TEAM_PATH.into())
        .await
}

/// Ends all sessions of somebody, who works here or not. `from` is the page: that of the staff, else their own.
#[server(prefix = "/do", endpoint = "admin-sign-out")]
pub async fn sign_out_user(
    #[server(default)] user_id: String,
    #[server(default)] from: String,
) -> Result<(), ShopError> {
    use super::paths::{TEAM_PATH, customer_path};
    use crate::ssr::{Form, as_staff};
    let back = if from == TEAM_PATH { from } else { customer_path(&user_id) };
    let form = Form::new(super::forms::TEAM, &back);
    let ended = as_staff(|shop, by| async move { shop.sign_out_everywhere(by, user_id.parse()?).await });
    form.lead_saying(ended, |()| "They are signed out everywhere.".into(), |()| back.clone()).await
}

/// Their sessions end at once.
#[server(prefix = "/do", endpoint = "admin-remove-staff")]
pub async fn remove_staff(#[server(default)] user_id: String) -> Result<(), ShopError> {
    use super::paths::TEAM_PATH;
    use crate::ssr::{Form, as_staff};
    let removed = as_staff(|shop, by| async move { shop.remove_staff(by, user_id.parse()?).await });
    let form = Form::new(super::forms::TEAM, TEAM_PATH);
    form.lead_saying(removed, |()| "They work here no more, and are signed out.".into(), |()| TEAM_PATH.into()).await
}
