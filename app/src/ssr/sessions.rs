//! The session, for the bodies of server functions: who is signed in, and which cart is a guest's.
//!
//! It is written only when that changes, so that a mere visit never makes one.

use http::request::Parts;
use leptos::reactive::owner::with_context;
use session::{AuthSession, Caller, Program, SignedIn, answer_of_order};
use shop::domain::{Customer, OrderId, Refusal, StaffRole};
use shop::dto::{RegisterForm, TrackForm, Viewer};
use shop::usecase::{CartOwner, Error, Result};

use super::site::site;

/// The proof that a signed-in person asks.
///
/// # Errors
/// `SignInNeeded`.
pub async fn customer() -> Result<Customer> {
    signed_in(SignedIn::customer)?.ok_or_else(|| Refusal::SignInNeeded.into())
}

/// Whose cart this request is about.
///
/// # Errors
/// `Broken` when the session cannot be read.
pub async fn cart_owner() -> Result<CartOwner> {
    // Most who only look bring nothing.
    if has_no_session() { Ok(CartOwner::Guest(None)) } else { caller().await?.cart_owner().await }
}

/// How many units are in their cart.
pub(super) async fn cart_count(owner: CartOwner) -> Result<u32> {
    if owner == CartOwner::Guest(None) { Ok(0) } else { caller().await?.cart_count(owner).await }
}

/// Whether a person brought no session, and this request has begun none.
fn has_no_session() -> bool {
    let looked_at = with_context::<Parts, _>(|parts| {
        let is_program = parts.extensions.get::<Program>().is_some();
        let is_empty = |auth: &AuthSession| auth.session.id().is_none() && !auth.session.is_modified();
        !is_program && parts.extensions.get::<AuthSession>().is_some_and(|auth| auth.user.is_none() && is_empty(auth))
    });
    looked_at.unwrap_or_default()
}

/// As what whoever is signed in works here.
pub(super) fn works_as() -> Option<StaffRole> {
    signed_in(|person| person.user().works_as()).ok()??
}

pub(super) async fn viewer() -> Result<Option<Viewer>> {
    signed_in(SignedIn::viewer)
}

/// Opens an account and signs in.
///
/// # Errors
/// `Invalid`, `EmailTaken`, `TooManyTries`, `Busy`.
pub async fn sign_up(form: RegisterForm) -> Result<()> {
    caller().await?.sign_up(form).await.map(|_| ())
}

/// Opens an account with what a guest's order says of them, and signs in.
///
/// # Errors
/// As `sign_up`, `NotFound`, and `SignInNeeded` for who brings nothing that opens the order.
pub async fn open_account(order: &str, token: &str, password: String) -> Result<OrderId> {
    let mut caller = caller().await?;
    let access = caller.order_access(token).await?;
    let opened = async {
        let order = order.parse()?;
        caller.open_account(access.clone(), order, password).await?;
        Ok(order)
    };
    answer_of_order(&access, opened.await)
}

/// Has the link to an order mailed, if there is such an order.
///
/// # Errors
/// `Invalid`, `TooManyTries`.
pub async fn request_order_link(form: TrackForm) -> Result<()> {
    caller().await?.request_order_link(form).await
}

/// # Errors
/// `Broken` when the session cannot be ended.
pub async fn sign_out() -> Result<()> {
    caller().await?.sign_out().await
}

pub(super) async fn caller() -> Result<Caller> {
    let (site, session) = (site()?, session()?);
    with_context::<Parts, _>(|parts| Caller::new(site, session, parts)).ok_or_else(no_request)
}

/// What is asked of whoever is signed in, without a copy of their session.
fn signed_in<T>(ask: impl FnOnce(&SignedIn) -> T) -> Result<Option<T>> {
    with_context::<Parts, _>(|parts| {
        parts.extensions.get::<AuthSession>().map(|session| session.user.as_ref().map(ask))
    })
    .flatten()
    .ok_or_else(no_request)
}

/// Read where it lies: an extractor is given a copy of the whole request each time.
fn session() -> Result<AuthSession> {
    with_context::<Parts, _>(|parts| parts.extensions.get::<AuthSession>().cloned()).flatten().ok_or_else(no_request)
}

fn no_request() -> Error {
    Error::Broken(anyhow::anyhow!("no request with a session in context"))
}
