//! Invitations to work here, for the bodies of server functions: the link waits in a cookie, as those of accounts do.

use http::Method;
use http::request::Parts;
use leptos::reactive::owner::with_context;
use session::{KeptLink, drop_link, keep_link};
use shop::dto::OpenedInvitation;
use shop::usecase::{LinkToken, Result};

use super::account::{brought, leaves_address};
use super::reads::{header, page};
use super::response::set_cookie;
use super::sessions::caller;
use super::site::is_secure;
use crate::ShopError;

/// An invitation. None where its link was opened just now: the page is left for the same without.
///
/// # Errors
/// `InvitationOver`, with the page's status set.
pub async fn invitation(token: &str) -> std::result::Result<Option<OpenedInvitation>, ShopError> {
    let is_page = with_context::<Parts, _>(|parts| parts.method != Method::POST).unwrap_or(false);
    if is_page && leaves_address(KeptLink::Invitation, token) {
        return Ok(None);
    }
    let token = waiting_or(token);
    let brought = token.as_str().to_owned();
    let invitation = page(|shop| async move { shop.invitation(&token).await }).await?;
    Ok(Some(OpenedInvitation { invitation, viewer: header().await?.viewer, token: brought }))
}

/// Opens the account of somebody who is invited to work here, and signs in.
///
/// # Errors
/// As `sign_up`, and `InvitationOver`.
pub async fn accept_invitation(token: &str, name: String, password: String) -> Result<()> {
    let accepted = caller().await?.accept_invitation(waiting_or(token), name, password).await;
    settled(token, accepted.map(|_| ()))
}

/// Whoever is signed in begins to work here.
///
/// # Errors
/// `SignInNeeded`, `InvitationOver`.
pub async fn join_staff(token: &str) -> Result<()> {
    let joined = caller().await?.join_staff(waiting_or(token)).await;
    settled(token, joined)
}

/// The token that a form brings, or a script; or the one that waits. A form is of the invitation that its page told, whichever was
/// opened last in this browser.
fn waiting_or(typed: &str) -> LinkToken {
    let waiting = brought(KeptLink::Invitation).filter(|_| typed.is_empty());
    waiting.unwrap_or_else(|| LinkToken::brought(typed))
}

/// Nobody needs the link any more; or its page is shown again, and no other.
fn settled(typed: &str, outcome: Result<()>) -> Result<()> {
    set_cookie(match &outcome {
        Ok(()) => drop_link(KeptLink::Invitation, is_secure()),
        Err(_) => keep_link(KeptLink::Invitation, typed, is_secure()),
    });
    outcome
}
