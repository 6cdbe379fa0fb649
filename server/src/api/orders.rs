//! Orders: placing, reading, paying and cancelling one's own; staff move them on.

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderMap, StatusCode};
use session::{Caller, Site};
use shop::domain::{
    Problem as Why, ProductId, PromotionCode, Refusal, ShippingAddress, ShippingMethodId, VariantId, WhyNot,
};
use shop::dto::AddressForm;
use shop::usecase::{OrderRequest, RequestedItem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::idempotency::{kept_body, key};
use super::input::{Filters, Input, Optional, quantity};
use super::problem::Problem;
use super::shapes::{Address, List, NewOrder, NewOrderItem, NewPayment, NewStatus, Order};
use super::users::Paging;

pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(list, place))
        .routes(routes!(read))
        .routes(routes!(pay))
        .routes(routes!(cancel))
        .routes(routes!(set_status))
}

/// Place an order
///
/// For the items named, or, where none are, for what is in the cart, which is empty afterwards. The answer waits at most
/// two seconds for the items to be set aside: then `reservation` is `reserved` and the order can be paid, or `rejected`
/// and the order is cancelled. Sent again with the same key, the call is answered as the first time and nothing is
/// ordered twice.
#[utoipa::path(
    post, path = "/orders", operation_id = "place_order", tag = "Orders", request_body = Option<NewOrder>, security(("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Made up by the caller, one per order",
        min_length = 1, max_length = 100, pattern = "^[!-~]+$")),
    responses(
        (status = CREATED, body = Order, headers(("Location" = String))),
        (status = NOT_FOUND, description = "not-found: no such product"),
        (status = CONFLICT, description = "not-for-sale, not-enough-stock or cart-empty"),
    )
)]
async fn place(caller: Caller, headers: HeaderMap, Optional(input): Optional<NewOrder>) -> Result<Response, Problem> {
    let customer = caller.customer()?;
    let key = key(&headers)?.unwrap_or_else(|| caller.shop().new_key());
    let asked = request(key.clone(), input)?;
    let shop = caller.site.shop.clone();
    let order = caller.tracked(async move { shop.request_order(customer, asked).await }).await?;
    let answer = async {
        caller.await_items(customer, order).await;
        Ok(Order::from(caller.shop().order(customer, order).await?))
    };
    let body = kept_body(&caller, &key, answer).await?;
    let address = format!("/api/v1/orders/{order}");
    let headers = [(LOCATION, address), (CONTENT_TYPE, "application/json".to_owned())];
    Ok((StatusCode::CREATED, headers, body).into_response())
}

fn request(key: String, input: Option<NewOrder>) -> Result<OrderRequest, Problem> {
    let Some(NewOrder { items, shipping_address, billing_address, shipping_method, coupon }) = input else {
        return Ok(OrderRequest { key, ..OrderRequest::default() });
    };
    let items =
        items.map(|items| (0..).zip(&items).map(|(place, object)| item(place, &object.0)).collect()).transpose()?;
    let address = shipping_address.map(|object| read_address("shipping_address", object.0)).transpose()?;
    let billing = billing_address.map(|object| read_address("billing_address", object.0)).transpose()?;
    let unknown = |_| Refusal::field("coupon", Why::Promotion { why: WhyNot::Unknown });
    let coupon = coupon.map(|code| PromotionCode::parse(&code).map_err(unknown)).transpose()?;
    Ok(OrderRequest { key, items, address, billing, method: shipping_method.map(ShippingMethodId), coupon })
}

fn item(place: usize, input: &NewOrderItem) -> Result<RequestedItem, Problem> {
    Ok(RequestedItem {
        product: ProductId(input.product_id),
        variant: input.variant_id.map(VariantId),
        quantity: quantity(&format!("items[{place}].quantity"), input.quantity)?,
    })
}

fn read_address(which: &str, input: Address) -> Result<ShippingAddress, Problem> {
    let form = AddressForm::from(input);
    form.parse().map_err(|refusal| Problem::from(refusal).with_fields_named(|field| format!("{which}.{field}")))
}

/// List one's orders
///
/// Newest first.
#[utoipa::path(
    get, path = "/orders", operation_id = "list_orders", tag = "Orders", params(Paging), security(("session" = [])),
    responses((status = OK, body = List<Order>))
)]
async fn list(caller: Caller, Filters(filters): Filters<Paging>) -> Result<Json<List<Order>>, Problem> {
    let customer = caller.customer()?;
    let (page, per_page) = filters.read()?;
    Ok(Json(caller.shop().order_page(customer, page, per_page).await?.into()))
}

/// Read one order
#[utoipa::path(
    get, path = "/orders/{id}", operation_id = "read_order", tag = "Orders", security(("session" = [])), params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = Order))
)]
async fn read(caller: Caller, Path(id): Path<String>) -> Result<Json<Order>, Problem> {
    let customer = caller.customer()?;
    Ok(Json(caller.shop().order(customer, id.parse()?).await?.into()))
}

/// Pay an order
///
/// By the sandbox, which is told what to say. Paying what is paid already is no mistake.
#[utoipa::path(
    post, path = "/orders/{id}/pay", operation_id = "pay_order", tag = "Orders", request_body = NewPayment, security(("session" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses(
        (status = OK, body = Order),
        (status = CONFLICT, description = "payment-declined, not-payable-yet or illegal-step"),
    )
)]
async fn pay(caller: Caller, Path(id): Path<String>, Input(input): Input<NewPayment>) -> Result<Json<Order>, Problem> {
    let customer = caller.customer()?;
    let shop = caller.site.shop.clone();
    let id = id.parse()?;
    let paid = async move { shop.pay_order(customer, id, input.outcome.into()).await };
    caller.tracked(paid).await?;
    Ok(Json(caller.shop().order(customer, id).await?.into()))
}

/// Cancel an order
///
/// While it is pending or paid; what was paid is refunded.
#[utoipa::path(
    post, path = "/orders/{id}/cancel", operation_id = "cancel_order", tag = "Orders", security(("session" = [])), params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = Order), (status = CONFLICT, description = "illegal-step"))
)]
async fn cancel(caller: Caller, Path(id): Path<String>) -> Result<Json<Order>, Problem> {
    let customer = caller.customer()?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    caller.tracked(async move { shop.cancel_order(customer, id).await }).await?;
    Ok(Json(caller.shop().order(customer, id).await?.into()))
}

/// Move an order on
///
/// From paid to shipped, from shipped to completed, from pending or paid to cancelled. An order is paid by its payment
/// alone. Staff only.
#[utoipa::path(
    put, path = "/orders/{id}/status", operation_id = "set_order_status", tag = "Orders", request_body = NewStatus, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = Order), (status = CONFLICT, description = "illegal-step"))
)]
async fn set_status(
    caller: Caller,
    Path(id): Path<String>,
    Input(input): Input<NewStatus>,
) -> Result<Json<Order>, Problem> {
    let staff = caller.staff()?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    caller.tracked(async move { shop.set_order_status(staff, id, input.status.into()).await }).await?;
    Ok(Json(caller.shop().order_for_staff(staff, id).await?.into()))
}
