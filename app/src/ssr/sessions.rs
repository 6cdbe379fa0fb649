//! The session: who is signed in, and which cart is a guest's.
//!
//! It is written only when that changes, so that a mere visit never makes one.

use shop::domain::{CartId, Customer, Refusal, User};
use shop::dto::{CartView, LoginForm, RegisterForm, Viewer};
use shop::usecase::{Account, CartOwner, Error, Result};

use super::auth::{AuthSession, SignedIn};
use super::site;
use super::writes::tracked;

/// Where a guest's session keeps the id of their cart.
pub const CART_KEY: &str = "cart";

/// The proof that a signed-in person asks.
///
/// # Errors
/// `SignInNeeded`.
pub async fn customer() -> Result<Customer> {
    let auth = session().await?;
    auth.user.map(|u| u.customer()).ok_or_else(|| Refusal::SignInNeeded.into())
}

/// Whose cart this request is about.
///
/// # Errors
/// `Broken` when the session cannot be read.
pub async fn cart_owner() -> Result<CartOwner> {
    let auth = session().await?;
    match &auth.user {
        Some(user) => Ok(CartOwner::Customer(user.customer())),
        None => Ok(CartOwner::Guest(guest_cart(&auth).await?)),
    }
}

pub(super) async fn viewer() -> Result<Option<Viewer>> {
    Ok(session().await?.user.as_ref().map(SignedIn::viewer))
}

/// Remembers a guest's cart, once it has an id.
pub(super) async fn keep_cart(owner: CartOwner, cart: &CartView) -> Result<()> {
    match (owner, cart.id) {
        (CartOwner::Guest(known), Some(id)) if known != Some(id) => {
            session().await?.session.insert(CART_KEY, id).await.map_err(broken)
        }
        _ => Ok(()),
    }
}

/// Signs in, and brings the guest's cart along.
///
/// # Errors
/// `WrongCredentials`, `Busy`, `Invalid`.
pub async fn sign_in(form: LoginForm) -> Result<()> {
    let shop = site()?.shop;
    let account = tracked(async move { shop.authenticate(form).await }).await?;
    welcome(account).await
}

/// Opens an account and signs in.
///
/// # Errors
/// `Invalid`, `EmailTaken`, `Busy`.
pub async fn sign_up(form: RegisterForm) -> Result<()> {
    let shop = site()?.shop;
    let account = tracked(async move {
        let user: User = shop.register(form).await?;
        shop.user(user.id).await?.ok_or_else(|| Error::Broken(anyhow::anyhow!("a new account is gone")))
    });
    welcome(account.await?).await
}

/// # Errors
/// `Broken` when the session cannot be ended.
pub async fn sign_out() -> Result<()> {
    session().await?.logout().await.map(|_| ()).map_err(broken)
}

async fn welcome(account: Account) -> Result<()> {
    let shop = site()?.shop;
    let mut auth = session().await?;
    let guest = guest_cart(&auth).await?;
    let user = SignedIn::new(account);
    let customer = user.customer();
    // axum-login keeps the id of a session that was signed in before; whoever knew that id would be signed in now.
    auth.session.cycle_id().await.map_err(broken)?;
    auth.login(&user).await.map_err(broken)?;
    if let Some(guest) = guest {
        tracked(async move { shop.adopt_cart(customer, guest).await }).await?;
        auth.session.remove::<CartId>(CART_KEY).await.map_err(broken)?;
    }
    Ok(())
}

async fn guest_cart(auth: &AuthSession) -> Result<Option<CartId>> {
    auth.session.get(CART_KEY).await.map_err(broken)
}

async fn session() -> Result<AuthSession> {
    leptos_axum::extract().await.map_err(broken)
}

fn broken(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Broken(error.into())
}
