//! Reads for pages: one call of the core each, and what several parts of a page need is read once.

use std::future::Future;
use std::sync::Arc;

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use session::{answer_of_order, note_unowned};
use shop::domain::Customer;
use shop::dto::{CartView, HeaderView, OrderView, ProductReviews, ProductView, ReviewQuery, Viewer};
use shop::infrastructure::LiveShop;
use shop::usecase::{CartOwner, OrderAccess, Result};
use tokio::sync::OnceCell;

use super::forms::answer;
use super::order_links;
use super::sessions::{self, cart_owner, customer};
use super::site::live_shop;
use super::texts::described;
use crate::ShopError;

/// An order, who looks at it, and the token that opened it; empty: none did.
type OpenedOrder = (OrderView, Option<Viewer>, String);

/// What one request has read so far.
#[derive(Clone, Default)]
pub(super) struct Visit {
    /// Whose cart it is: the header asks it, and so does the cart's page.
    owner: Arc<OnceCell<CartOwner>>,
    cart: Arc<OnceCell<CartView>>,
}

impl Visit {
    async fn owner(&self) -> Result<CartOwner> {
        self.owner.get_or_try_init(cart_owner).await.copied()
    }
}

/// A read that anybody may ask for.
///
/// # Errors
/// What the core refuses, with the page's status set.
pub async fn page<T, F>(read: impl FnOnce(LiveShop) -> F) -> std::result::Result<T, ShopError>
where
    F: Future<Output = Result<T>>,
{
    answer(async { read(live_shop()?).await }.await)
}

/// For a page that has another address for good: who asks is led there, and so is whoever keeps addresses.
pub fn moved_to(address: &str) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    if let Ok(address) = HeaderValue::from_str(address) {
        response.set_status(StatusCode::MOVED_PERMANENTLY);
        response.insert_header(LOCATION, address);
    }
}

/// The address of whoever is signed in, to be filled in for them.
///
/// # Errors
/// As `page`.
pub async fn viewers_email() -> std::result::Result<Option<String>, ShopError> {
    answer(sessions::viewer().await).map(|viewer| viewer.map(|viewer| viewer.email))
}

/// A product's page. Whoever asks by an address that it had before is led to the one it has now, with the rest of what they
/// ask for: `search`.
///
/// # Errors
/// As `page`.
pub async fn product_page(slug: &str, search: &str) -> std::result::Result<ProductView, ShopError> {
    let read = page(|shop| async move { shop.product(&slug.parse()?).await });
    let product = described(read.await?);
    if product.slug != slug {
        let query = search.trim_start_matches('?');
        let sign = if query.is_empty() { "" } else { "?" };
        moved_to(&format!("/products/{}{sign}{query}", product.slug));
    }
    Ok(product)
}

/// What buyers say of a product. Whoever asks by an address that it had before is led to the one it has now.
///
/// # Errors
/// As `page`.
pub async fn product_reviews(slug: &str, query: ReviewQuery) -> std::result::Result<ProductReviews, ShopError> {
    let reviews = page(|shop| async move { shop.product_reviews(&slug.parse()?, &query).await }).await?;
    if reviews.slug != slug {
        moved_to(&reviews.query.href(&reviews.slug));
    }
    Ok(reviews)
}

/// A read for whoever is signed in; a visitor who is not is sent to the sign-in and back.
///
/// # Errors
/// As `page`, and `SignInNeeded`.
pub async fn customer_page<T, F>(read: impl FnOnce(LiveShop, Customer) -> F) -> std::result::Result<T, ShopError>
where
    F: Future<Output = Result<T>>,
{
    let read = async {
        let customer = customer().await?;
        note_unowned(CartOwner::Customer(customer), "something of an account", read(live_shop()?, customer).await)
    };
    answer(read.await)
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
    let read = async { Ok((read(live_shop()?, cart_owner().await?).await?, sessions::viewer().await?)) };
    answer(read.await)
}

/// Something of an order, and the token that opened that, for its forms: one that is brought, or that waits in a cookie.
///
/// # Errors
/// As `page`, and `SignInNeeded` for who brings nothing that opens it.
pub async fn order_part<T, F>(
    token: &str,
    read: impl FnOnce(LiveShop, OrderAccess) -> F,
) -> std::result::Result<(T, String), ShopError>
where
    F: Future<Output = Result<T>>,
{
    let read = async {
        let token = if token.is_empty() { order_links::waiting() } else { token.to_owned() };
        let access = sessions::caller().await?.order_access(&token).await?;
        let part = answer_of_order(&access, read(live_shop()?, access.clone()).await)?;
        Ok((part, token))
    };
    answer(read.await)
}

/// An order, who it is that asks, and the token that opened it, for its forms: one that is brought, or that waits in a cookie. A
/// browser that comes by the link of a mail is led to the same page without its token at once.
///
/// # Errors
/// As `page`, and `SignInNeeded` for who brings nothing that opens it.
pub async fn order_page(id: &str, token: &str) -> std::result::Result<OpenedOrder, ShopError> {
    let read = async {
        let (caller, shop) = (sessions::caller().await?, live_shop()?);
        let token = if token.is_empty() { order_links::waiting() } else { token.to_owned() };
        let access = caller.order_access(&token).await?;
        let found = async { shop.order(access.clone(), id.parse()?).await };
        let order = answer_of_order(&access, found.await)?;
        order_links::leave_address(&shop, &order, &access)?;
        Ok((order, sessions::viewer().await?, token))
    };
    answer(read.await)
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
    let read = async {
        let viewer = sessions::viewer().await?;
        Ok::<_, shop::usecase::Error>(HeaderView { viewer, count: cart_count().await? })
    };
    read.await.map_err(|error| {
        tracing::warn!(%error, "the header could not be read");
        ShopError::Broken
    })
}

/// What the page has read of the cart already, else what came along with the session.
async fn cart_count() -> Result<u32> {
    let visit = use_context::<Visit>().unwrap_or_default();
    if let Some(cart) = visit.cart.get() {
        return Ok(cart.count);
    }
    sessions::cart_count(visit.owner().await?).await
}

async fn read_cart() -> Result<CartView> {
    let visit = use_context::<Visit>().unwrap_or_default();
    let shop = live_shop()?;
    let owner = visit.owner().await?;
    visit.cart.get_or_try_init(|| shop.cart(owner)).await.cloned()
}
