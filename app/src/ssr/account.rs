//! Accounts, for the bodies of server functions: links of mail, which wait in a cookie, and changing one's own account.

use std::future::Future;

use http::StatusCode;
use http::request::Parts;
use leptos::reactive::owner::with_context;
use session::{brought_link, drop_link, keep_link};
use shop::domain::Refusal;
use shop::dto::SessionRow;
use shop::infrastructure::LiveShop;
use shop::usecase::{Error, LinkToken, Result};

pub use session::KeptLink;

use super::forms::answer;
use super::response::{lead_to, set_cookie, set_status};
use super::sessions::caller;
use super::site::{is_secure, live_shop};
use crate::ShopError;

/// What a link says that was opened just now, or that waits since: with a token, the page is left for the same without. None
/// where there is no link, or it is over.
///
/// # Errors
/// What the core refuses, with the page's status set.
pub async fn kept_link<T, F>(
    kept: KeptLink,
    token: &str,
    read: impl FnOnce(LiveShop, LinkToken) -> F,
) -> std::result::Result<Option<T>, ShopError>
where
    F: Future<Output = Result<T>>,
{
    if leaves_address(kept, token) {
        return Ok(None);
    }
    let Some(token) = brought(kept) else { return Ok(None) };
    let found = async { read(live_shop()?, token).await }.await;
    match found {
        Err(Error::Refused(Refusal::LinkOver)) => {
            set_status(StatusCode::CONFLICT);
            Ok(None)
        }
        found => answer(found).map(Some),
    }
}

/// Whether the address has a token in it: it waits in a cookie, and the page is left for the same one without.
pub(super) fn leaves_address(kept: KeptLink, token: &str) -> bool {
    if token.is_empty() {
        return false;
    }
    set_cookie(keep_link(kept, token, is_secure()));
    lead_to(kept.page());
    true
}

/// Has the link to a new password mailed, if somebody has an account with this address.
///
/// # Errors
/// `Invalid` (email), `TooManyTries`.
pub async fn request_password_reset(email: &str) -> Result<()> {
    caller().await?.request_password_reset(email).await
}

/// Gives an account another password by the link that waits.
///
/// # Errors
/// `LinkOver`, `Invalid` (password), `Busy`.
pub async fn reset_password(password: String) -> Result<()> {
    let token = brought(KeptLink::Reset).ok_or(Refusal::LinkOver)?;
    caller().await?.reset_password(token, password).await?;
    set_cookie(drop_link(KeptLink::Reset, is_secure()));
    Ok(())
}

/// Confirms an address by the link that waits.
///
/// # Errors
/// `SignInNeeded`, `LinkOver`, `EmailTaken`.
pub async fn confirm_email() -> Result<()> {
    let caller = caller().await?;
    let customer = caller.customer()?;
    let token = brought(KeptLink::Verify).ok_or(Refusal::LinkOver)?;
    let shop = caller.site.shop.clone();
    caller.tracked(Box::pin(async move { shop.confirm_email(customer, &token).await })).await?;
    set_cookie(drop_link(KeptLink::Verify, is_secure()));
    Ok(())
}

/// Has the link mailed that confirms the address of whoever is signed in.
///
/// # Errors
/// `SignInNeeded`, `TooManyTries`.
pub async fn send_verification() -> Result<()> {
    caller().await?.send_verification().await
}

/// # Errors
/// `Invalid` (email, email_password), `EmailTaken`, `TooManyTries`, `SignInNeeded`, `Busy`.
pub async fn request_email_change(email: String, password: String) -> Result<()> {
    caller().await?.request_email_change(email, password).await
}

/// # Errors
/// `Invalid` (current_password, password), `TooManyTries`, `SignInNeeded`, `Busy`.
pub async fn change_password(current: String, password: String) -> Result<()> {
    caller().await?.change_password(current, password).await
}

/// Where whoever asks is signed in; and their address, where they give their password before they end one.
///
/// # Errors
/// `SignInNeeded`, with the page's status set.
pub async fn load_sessions() -> std::result::Result<(Vec<SessionRow>, Option<String>), ShopError> {
    let read = async {
        let caller = caller().await?;
        let sessions = caller.sessions().await?;
        let first = if caller.is_confirmed().await? { None } else { Some(caller.user()?.email.to_string()) };
        Ok((sessions, first))
    };
    answer(read.await)
}

/// # Errors
/// `SignInNeeded`, `ConfirmNeeded`, `NotFound`.
pub async fn end_session(handle: &str) -> Result<()> {
    caller().await?.end_session(handle).await
}

/// # Errors
/// `SignInNeeded`, `ConfirmNeeded`.
pub async fn end_other_sessions() -> Result<u64> {
    caller().await?.end_other_sessions().await
}

/// # Errors
/// `Invalid` (export_password), `AddressUnconfirmed`, `TooManyTries`, `SignInNeeded`, `Busy`.
pub async fn request_data_export(password: String) -> Result<()> {
    caller().await?.request_data_export(password).await
}

/// # Errors
/// `Invalid` (delete_password), `OrdersUnderWay`, `WorksHereStill`, `TooManyTries`, `SignInNeeded`, `Busy`.
pub async fn close_account(password: String) -> Result<()> {
    caller().await?.close_account(password).await
}

/// Somebody wants to hear when a variant is back; answers whether they wait already, or have to confirm the address.
///
/// # Errors
/// `Invalid` (email), `TooManyTries`, `NotFound`.
pub async fn wish_stock(variant: &str, email: &str) -> Result<bool> {
    caller().await?.wish_stock(variant, email).await
}

/// What is said of a wish that was written down: whether it waits already, or its address has to be confirmed.
pub fn wished_words(is_waiting: &bool) -> String {
    match is_waiting {
        true => "We write to you once, as soon as it is back.".into(),
        false => {
            "Please look into your mail: once you have confirmed the address by the link there, we write as soon as it \
                  is back. If you have done so before, you need not do it again."
                .into()
        }
    }
}

/// Confirms a wish by the link that waits; answers the address of what is wished for.
///
/// # Errors
/// `LinkOver`.
pub async fn confirm_wish() -> Result<String> {
    by_link(KeptLink::Wish, |shop, token| async move { shop.confirm_stock_wish(&token).await }).await
}

/// Forgets a wish by the link that waits.
///
/// # Errors
/// `LinkOver` where none does.
pub async fn forget_wish() -> Result<()> {
    by_link(KeptLink::Wish, |shop, token| async move { shop.end_stock_wish(&token).await }).await
}

/// Says by the link that waits that its address is not asked for reviews any more.
///
/// # Errors
/// `LinkOver` where none does.
pub async fn refuse_review_requests() -> Result<()> {
    let ended = by_link(KeptLink::ReviewRequests, |shop, token| async move { shop.end_review_requests(&token).await });
    if ended.await? { Ok(()) } else { Err(Refusal::LinkOver.into()) }
}

/// Does what the link that waits is for; once it is done, none waits any more.
async fn by_link<T, F>(kept: KeptLink, work: impl FnOnce(LiveShop, LinkToken) -> F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let token = brought(kept).ok_or(Refusal::LinkOver)?;
    let caller = caller().await?;
    let done = caller.tracked(work(caller.site.shop.clone(), token)).await?;
    set_cookie(drop_link(kept, is_secure()));
    Ok(done)
}

pub(super) fn brought(kept: KeptLink) -> Option<LinkToken> {
    let secure = is_secure();
    with_context::<Parts, _>(|parts| brought_link(&parts.headers, kept, secure)).flatten()
}
