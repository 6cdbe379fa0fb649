//! Writes run in tasks of their own: axum drops a handler when its client goes away, and a write that was begun is to be
//! finished.

use std::future::Future;
use std::time::Duration;

use shop::domain::{Customer, OrderId};
use shop::dto::CartView;
use shop::infrastructure::LiveShop;
use shop::usecase::{CartOwner, Error, PlaceOrder, Result};
use tracing::Instrument as _;

use super::{cart_owner, customer, sessions, site};

/// Writes to the cart of whoever asks, and remembers a guest's new cart.
///
/// # Errors
/// What the core refuses.
pub async fn on_cart<F>(write: impl FnOnce(LiveShop, CartOwner) -> F) -> Result<CartView>
where
    F: Future<Output = Result<CartView>> + Send + 'static,
{
    let owner = cart_owner().await?;
    let cart = tracked(write(site()?.shop, owner)).await?;
    sessions::keep_cart(owner, &cart).await?;
    Ok(cart)
}

/// Writes for whoever is signed in.
///
/// # Errors
/// `SignInNeeded`, and what the core refuses.
pub async fn as_customer<T, F>(write: impl FnOnce(LiveShop, Customer) -> F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let customer = customer().await?;
    tracked(write(site()?.shop, customer)).await
}

/// Places the order and waits a moment for its items to be set aside, so that most buyers never see it pending.
///
/// # Errors
/// What the core refuses.
pub async fn place_order(form: PlaceOrder) -> Result<OrderId> {
    let order = as_customer(|shop, customer| async move { shop.place_order(customer, form).await }).await?;
    let shop = site()?.shop;
    let confirmed = confirmed(&shop, customer().await?, order);
    if tokio::time::timeout(Duration::from_secs(2), confirmed).await.is_err() {
        tracing::info!(order.id = %order, "the buyer sees the order before its items are confirmed");
    }
    Ok(order)
}

async fn confirmed(shop: &LiveShop, customer: Customer, order: OrderId) {
    let mut pause = Duration::from_millis(25);
    // The order is placed whatever this read says; its page will tell.
    while shop.order(customer, order).await.is_ok_and(|o| o.is_confirming()) {
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_millis(200));
    }
}

pub(super) async fn tracked<T: Send + 'static>(
    work: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    let task = site()?.tracker.spawn(work.in_current_span());
    task.await.map_err(|error| Error::Broken(error.into()))?
}
