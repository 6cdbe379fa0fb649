//! The cart of whoever calls, guest or customer. Every answer is the whole cart.

use axum::Json;
use axum::extract::Path;
use session::{Caller, Site};
use shop::domain::{ProductId, VariantId};
use shop::usecase::VariantChoice;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::input::{Input, quantity};
use super::problem::Problem;
use super::shapes::{Cart, NewCartItem, NewQuantity};

pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(add))
        .routes(routes!(change, remove))
        .routes(routes!(clear))
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
