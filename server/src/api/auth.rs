//! Accounts: opening one, signing in, signing out. The session cookie is that of the pages.

use axum::Json;
use http::StatusCode;
use session::{Caller, Site};
use shop::usecase::CartMerge;

use super::input::Input;
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::shapes::{Credentials, Registration, User};

pub fn routes() -> Routes<Site> {
    Routes::new().routes(routes!(register)).routes(routes!(login)).routes(routes!(logout))
}

/// Open an account
///
/// Whoever opens one is signed in; a guest's cart comes along, and what their session ordered with this e-mail address.
#[utoipa::path(
    post, path = "/auth/register", operation_id = "register", tag = "Accounts", request_body = Registration,
    responses((status = CREATED, body = User, headers(("Set-Cookie" = String, description = "The session"))))
)]
async fn register(mut caller: Caller, Input(input): Input<Registration>) -> Result<(StatusCode, Json<User>), Problem> {
    let user = caller.sign_up(input.into()).await?;
    Ok((StatusCode::CREATED, Json(user.into())))
}

/// Sign in
///
/// A guest's cart comes along, and what their session ordered with this e-mail address. Whoever has a second factor sends a
/// `code` of it in the same call; without one the answer is `second-factor-needed`.
#[utoipa::path(
    post, path = "/auth/login", operation_id = "sign_in", tag = "Accounts", request_body = Credentials,
    responses((status = OK, body = User, headers(("Set-Cookie" = String, description = "The session"))))
)]
async fn login(mut caller: Caller, Input(input): Input<Credentials>) -> Result<Json<User>, Problem> {
    let (form, code) = input.parts();
    let user = Box::pin(caller.sign_in_at_once(form, code, CartMerge::Both)).await?;
    Ok(Json(user.into()))
}

/// Sign out
///
/// Signing out without being signed in is no mistake.
#[utoipa::path(post, path = "/auth/logout", operation_id = "sign_out", tag = "Accounts", responses((status = NO_CONTENT)))]
async fn logout(mut caller: Caller) -> Result<StatusCode, Problem> {
    caller.sign_out().await?;
    Ok(StatusCode::NO_CONTENT)
}
