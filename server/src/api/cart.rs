//! The cart of whoever calls, guest or customer. Every answer is the whole cart.

use axum::Json;
use axum::extract::Path;
use serde::Deserialize;
use session::{Caller, Site};
use shop::domain::{ProductId, VariantId};
use shop::usecase::VariantChoice;
use utoipa::IntoParams;

use super::input::{Filters, Input, quantity};
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::shapes::{Cart, NewCartItem, NewCoupon, NewQuantity, ShippingMethodOffer};

pub fn routes() -> Routes<Site> {
    Routes::new()
        .routes(routes!(read))
        .routes(routes!(add))
        .routes(routes!(change, remove))
        .routes(routes!(clear))
        .routes(routes!(set_coupon, remove_coupon))
        .routes(routes!(shipping_methods))
}

/// Read the cart
#[utoipa::path(
    get, path = "/cart", operation_id = "read_cart", tag = "Cart", security((), ("session" = [])),
    responses((status = OK, body = Cart))
)]
async fn read(caller: Caller) -> Result<Json<Cart>, Problem> {
    let owner = caller.cart_owner().await?;
    Ok(Json(caller.shop().cart(owner).await?.into()))
}

/// Put something into the cart
///
/// On top of what is there of the same variant. A guest gets a session with their first thing.
#[utoipa::path(
    post, path = "/cart/items", operation_id = "add_to_cart", tag = "Cart", request_body = NewCartItem, security((), ("session" = [])),
    responses(
        (status = OK, body = Cart),
        (status = NOT_FOUND, description = "not-found: no such product"),
        (status = CONFLICT, description = "not-for-sale, not-enough-stock or cart-full"),
    )
)]
async fn add(caller: Caller, Input(input): Input<NewCartItem>) -> Result<Json<Cart>, Problem> {
    let choice = VariantChoice::OfProduct(ProductId(input.product_id), input.variant_id.map(VariantId));
    let variant = caller.shop().choose_variant(&choice).await?;
    let quantity = quantity("quantity", input.quantity)?;
    let added = caller.on_cart(|shop, owner| async move { shop.add_to_cart(owner, variant, quantity).await });
    Ok(Json(added.await?.into()))
}

/// Set the quantity of a line
#[utoipa::path(
    put, path = "/cart/items/{id}", operation_id = "change_cart_item", tag = "Cart", request_body = NewQuantity, security((), ("session" = [])),
    params(("id" = uuid::Uuid, Path, description = "The line's id, not the product's")),
    responses((status = OK, body = Cart), (status = CONFLICT, description = "not-enough-stock"))
)]
async fn change(
    caller: Caller,
    Path(id): Path<String>,
    Input(input): Input<NewQuantity>,
) -> Result<Json<Cart>, Problem> {
    let quantity = quantity("quantity", input.quantity)?;
    let item = id.parse()?;
    let changed = caller.on_cart(|shop, owner| async move { shop.change_line(owner, item, quantity).await });
    Ok(Json(changed.await?.into()))
}

/// Take a line out of the cart
#[utoipa::path(
    delete, path = "/cart/items/{id}", operation_id = "remove_cart_item", tag = "Cart", security((), ("session" = [])),
    params(("id" = uuid::Uuid, Path, description = "The line's id, not the product's")),
    responses((status = OK, body = Cart))
)]
async fn remove(caller: Caller, Path(id): Path<String>) -> Result<Json<Cart>, Problem> {
    let item = id.parse()?;
    let removed = caller.on_cart(|shop, owner| async move { shop.remove_known_line(owner, item).await });
    Ok(Json(removed.await?.into()))
}

/// Empty the cart
#[utoipa::path(
    post, path = "/cart/clear", operation_id = "clear_cart", tag = "Cart", security((), ("session" = [])),
    responses((status = OK, body = Cart))
)]
async fn clear(caller: Caller) -> Result<Json<Cart>, Problem> {
    let cleared = caller.on_cart(|shop, owner| async move { shop.clear_cart(owner).await });
    Ok(Json(cleared.await?.into()))
}

/// Put the code of a promotion into the cart
///
/// In the place of another. One that does not count for this cart is refused, with the reason beside `code`. Codes are not
/// to be guessed: after ten that nobody has, a cart waits.
#[utoipa::path(
    put, path = "/cart/coupon", operation_id = "set_coupon", tag = "Cart", request_body = NewCoupon, security((), ("session" = [])),
    responses((status = OK, body = Cart))
)]
async fn set_coupon(caller: Caller, Input(input): Input<NewCoupon>) -> Result<Json<Cart>, Problem> {
    Ok(Json(caller.apply_code(input.code).await?.into()))
}

/// Take the code out of the cart
#[utoipa::path(
    delete, path = "/cart/coupon", operation_id = "remove_coupon", tag = "Cart", security((), ("session" = [])),
    responses((status = OK, body = Cart))
)]
async fn remove_coupon(caller: Caller) -> Result<Json<Cart>, Problem> {
    let removed = caller.on_cart(|shop, owner| async move { shop.remove_coupon(owner).await });
    Ok(Json(removed.await?.into()))
}

/// Where to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DestinationFilters {
    /// ISO 3166-1 alpha-2
    #[param(pattern = "^[A-Z]{2}$", example = "DE")]
    country: String,
    /// The code of the state or province
    #[param(max_length = 80, example = "CA")]
    region: Option<String>,
    #[param(max_length = 16)]
    postal_code: Option<String>,
}

/// List the methods by which the caller's cart can be sent somewhere
///
/// The cheapest first. None for a cart that needs no shipping.
#[utoipa::path(
    get, path = "/shipping-methods", operation_id = "list_shipping_methods", tag = "Cart", params(DestinationFilters),
    security((), ("session" = [])), responses((status = OK, body = Vec<ShippingMethodOffer>))
)]
async fn shipping_methods(
    caller: Caller,
    Filters(filters): Filters<DestinationFilters>,
) -> Result<Json<Vec<ShippingMethodOffer>>, Problem> {
    let owner = caller.cart_owner().await?;
    let (region, code) = (filters.region.unwrap_or_default(), filters.postal_code.unwrap_or_default());
    let offers = caller.shop().shipping_methods(owner, &filters.country, &region, &code).await?;
    Ok(Json(offers.into_iter().map(Into::into).collect()))
}
