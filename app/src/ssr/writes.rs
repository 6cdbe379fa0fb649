//! Writes, for the bodies of server functions. They run in tasks of their own, so that a shopper who closes the tab does
//! not cancel them.

use std::future::Future;

use session::{answer_of_order, note_unowned};
use shop::domain::{Customer, OrderId};
use shop::dto::{CartAgain, CartView, ReviewForm};
use shop::infrastructure::LiveShop;
use shop::usecase::{CartOwner, OrderAccess, OrderPayment, PlaceOrder, Result};

use super::choice::{Choice, parse_quantity};
use super::forms::is_plain_form;
use super::sessions::caller;

/// Writes to the cart of whoever asks, and remembers a guest's new cart.
///
/// # Errors
/// What the core refuses.
pub async fn on_cart<F>(write: impl FnOnce(LiveShop, CartOwner) -> F) -> Result<CartView>
where
    F: Future<Output = Result<CartView>> + Send + 'static,
{
    caller().await?.on_cart(write).await
}

/// Puts so many of what was chosen into the cart of whoever asks. A browser that sent the form itself is led on to a page that
/// reads the cart anew: it is not read and priced for an answer that nobody looks at.
///
/// # Errors
/// What the core refuses.
pub async fn add_to_cart(choice: Choice, quantity: String) -> Result<CartView> {
    let is_led_on = is_plain_form();
    on_cart(move |shop, owner| async move {
        let quantity = parse_quantity(&quantity)?;
        let variant = shop.choose_variant(&choice.parse()?).await?;
        if is_led_on {
            shop.add_to_cart_unseen(owner, variant, quantity).await
        } else {
            shop.add_to_cart(owner, variant, quantity).await
        }
    })
    .await
}

/// Puts what an order was into the cart of whoever asks, with the token they bring.
///
/// # Errors
/// What the core refuses, and `SignInNeeded` for who brings nothing that opens the order.
pub async fn order_again(id: &str, token: &str) -> Result<CartAgain> {
    let caller = caller().await?;
    let access = caller.order_access(token).await?;
    caller.order_again(&access, id.parse()?).await
}

/// Puts a promotion's code into the cart of whoever asks.
///
/// # Errors
/// What the core refuses, and `TooManyTries` for who guesses.
pub async fn apply_code(code: String) -> Result<CartView> {
    caller().await?.apply_code(code).await
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
    let caller = caller().await?;
    let customer = caller.customer()?;
    let done = caller.tracked(write(caller.site.shop.clone(), customer)).await;
    note_unowned(CartOwner::Customer(customer), "something of an account", done)
}

/// Places the order and waits a moment for its items to be set aside.
///
/// # Errors
/// What the core refuses.
pub async fn place_order(form: PlaceOrder) -> Result<OrderId> {
    let caller = caller().await?;
    let order = caller.place_order(form).await?;
    caller.await_items(order).await;
    Ok(order)
}

/// Writes to the checkout of whoever asks.
///
/// # Errors
/// What the core refuses.
pub async fn on_checkout<T, F>(write: impl FnOnce(LiveShop, CartOwner) -> F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let caller = caller().await?;
    let owner = caller.cart_owner().await?;
    caller.tracked(write(caller.site.shop.clone(), owner)).await
}

/// Writes to an order of whoever asks, with the token they bring.
///
/// # Errors
/// What the core refuses, and `SignInNeeded` for who brings nothing that opens it.
pub async fn on_order<T, F>(token: &str, write: impl FnOnce(LiveShop, OrderAccess) -> F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let caller = caller().await?;
    let access = caller.order_access(token).await?;
    let done = caller.tracked(write(caller.site.shop.clone(), access.clone())).await;
    answer_of_order(&access, done)
}

/// Says what somebody thinks of a line of their order, with the token they bring.
///
/// # Errors
/// What the core refuses, `TooManyTries`, and `SignInNeeded` for who brings nothing that opens it.
pub async fn write_review(token: &str, order: &str, variant: &str, form: ReviewForm) -> Result<OrderId> {
    let caller = caller().await?;
    let access = caller.order_access(token).await?;
    super::order_links::keep(order, token);
    caller.write_review(access, order.parse()?, variant.parse()?, form).await
}

/// Begins to pay an order; with an outcome, a provider for tests does it at once.
///
/// # Errors
/// What the core refuses.
pub async fn pay(shop: LiveShop, access: OrderAccess, order: String, outcome: String) -> Result<OrderPayment> {
    let order = order.parse()?;
    match outcome.as_str() {
        "" => shop.begin_payment(access, order).await,
        told => shop.pay_order(access, order, told.parse()?).await,
    }
}

/// Adds a guest's order to the account of whoever is signed in.
///
/// # Errors
/// `SignInNeeded`, `NotFound`.
pub async fn take_order_along(order: &str, token: &str) -> Result<OrderId> {
    let caller = caller().await?;
    let (customer, access) = (caller.customer()?, caller.order_access(token).await?);
    let (shop, order) = (caller.site.shop.clone(), order.parse()?);
    let taken = caller.tracked(async move { shop.take_order_along(customer, access, order).await }).await;
    note_unowned(CartOwner::Customer(customer), "an order", taken)
}
