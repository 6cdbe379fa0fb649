//! Reads for pages: one call of the core each, and what several parts of a page need is read once.

use std::future::Future;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::owner::with_context;
use session::{Site, answer_of_order};
use shop::domain::{Customer, Refusal};
use shop::dto::{CartView, HeaderView, Viewer};
use shop::infrastructure::LiveShop;
use shop::usecase::{CartOwner, OrderAccess, Result};
use tokio::sync::OnceCell;

use super::forms::answer;
use super::sessions::{self, cart_owner, customer};
use super::site::site;
use crate::ShopError;

/// What one request has read so far.
#[derive(Clone, Default)]
pub(super) struct Visit {
    cart: Arc<OnceCell<CartView>>,
}

/// A read that anybody may ask for.
///
/// # Errors
/// What the core refuses, with the page's status set.
pub async fn page<T, F>(read: impl FnOnce(LiveShop) -> F) -> std::result::Result<T, ShopError>
where
    F: Future<Output = Result<T>>,
{
    answer(async { read(site()?.shop).await }.await)
}

/// A read for whoever is signed in; a visitor who is not is sent to the sign-in and back.
///
/// # Errors
/// As `page`, and `SignInNeeded`.
pub async fn customer_page<T, F>(read: impl FnOnce(LiveShop, Customer) -> F) -> std::result::Result<T, ShopError>
where
    F: Future<Output = Result<T>>,
{
    answer(async { read(site()?.shop, customer().await?).await }.await)
}

/// A read for whoever buys, with an account or without.
///
/// # Errors
/// As `page`.
pub async fn checkout_page<T, F>(
    read: impl FnOnce(LiveShop, CartOwner) -> F,
) -> std::result::Result<(T, Option<Viewer>), ShopError>
where
    F: Future<Output = Result<T>>,
{
    let read = async { Ok((read(site()?.shop, cart_owner().await?).await?, sessions::viewer().await?)) };
    answer(read.await)
}

/// An order of whoever asks, with the token they bring, and who it is that asks.
///
/// # Errors
/// As `page`, and `SignInNeeded` for who brings nothing that opens it.
pub async fn order_page<T, F>(
    token: &str,
    read: impl FnOnce(LiveShop, OrderAccess) -> F,
) -> std::result::Result<(T, Option<Viewer>), ShopError>
where
    F: Future<Output = Result<T>>,
{
    let read = async {
        let access = sessions::caller().await?.order_access(token).await?;
        let order = answer_of_order(&access, read(site()?.shop, access.clone()).await)?;
        Ok((order, sessions::viewer().await?))
    };
    answer(read.await)
}

/// Who is signed in.
///
/// # Errors
/// `SignInNeeded`.
pub async fn viewer_page() -> std::result::Result<Viewer, ShopError> {
    let viewer = sessions::viewer().await.and_then(|viewer| viewer.ok_or_else(|| Refusal::SignInNeeded.into()));
    answer(viewer)
}

/// This visit's cart, read once.
///
/// # Errors
/// As `page`.
pub async fn visit_cart() -> std::result::Result<CartView, ShopError> {
    answer(read_cart().await)
}

/// Greets the viewer and counts the cart. A visitor without a session costs no read at all.
///
/// # Errors
/// As `page`, but the page's status is left alone: a header that cannot count is no reason to lose the page.
pub async fn header() -> std::result::Result<HeaderView, ShopError> {
    // Leptos runs the app once at start, to learn its routes: there is no request then, and nothing to read.
    if with_context::<Site, _>(|_| ()).is_none() {
        return Ok(HeaderView::default());
    }
    let read = async {
        let viewer = sessions::viewer().await?;
        Ok::<_, shop::usecase::Error>(HeaderView { viewer, count: cart_count().await? })
    };
    read.await.map_err(|error| {
        tracing::warn!(%error, "the header could not be read");
        ShopError::Broken
    })
}

/// What the page has read of the cart already, else no more than the header shows.
async fn cart_count() -> Result<u32> {
    if let Some(cart) = use_context::<Visit>().and_then(|visit| visit.cart.get().map(|cart| cart.count)) {
        return Ok(cart);
    }
    site()?.shop.cart_count(cart_owner().await?).await
}

async fn read_cart() -> Result<CartView> {
    let visit = use_context::<Visit>().unwrap_or_default();
    let shop = site()?.shop;
    let owner = cart_owner().await?;
    visit.cart.get_or_try_init(|| shop.cart(owner)).await.cloned()
}
