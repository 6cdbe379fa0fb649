//! Orders: placing, reading, paying and cancelling one's own; staff move them on.

use axum::Json;
use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, LOCATION};
use http::request::Parts;
use http::{HeaderMap, HeaderName, StatusCode};
use session::{Caller, Site, answer_of_order};
use shop::domain::{
    Email, OrderStatus, Problem as Why, ProductId, PromotionCode, PromotionRefusal, Refusal, ShippingAddress,
    ShippingMethodId, VariantId,
};
use shop::dto::AddressForm;
use shop::usecase::{KeyOwner, OrderAccess, OrderRequest, RequestedItem};

use super::idempotency::{kept_body, key};
use super::input::{Filters, Input, Optional, header, quantity};
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::shapes::{Address, Brought, Cart, List, NewOrder, NewOrderItem, NewStatus, Order, OrderTokenHeader};
use super::users::Paging;

const ORDER_TOKEN: HeaderName = HeaderName::from_static("order-token");

pub fn routes() -> Routes<Site> {
    Routes::new()
        .routes(routes!(list, place))
        .routes(routes!(read))
        .routes(routes!(cancel))
        .routes(routes!(again))
        .routes(routes!(set_status))
}

/// Place an order
///
/// For the items named, or, where none are, for what is in the cart, which is empty afterwards. The answer waits at most
/// two seconds for the items to be set aside: then `reservation` is `reserved` and the order can be paid, or `rejected`
/// and the order is cancelled. Sent again with the same key, the call is answered as the first time and nothing is
/// ordered twice. A guest gives an `email`, and is answered a `token` that opens the order without a session; their key
/// belongs to their session.
#[utoipa::path(
    post, path = "/orders", operation_id = "place_order", tag = "Orders", request_body = Option<NewOrder>, security((), ("session" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "Made up by the caller, one per order",
        min_length = 1, max_length = 100, pattern = "^[!-~]+$")),
    responses(
        (status = CREATED, body = Order, headers(("Location" = String))),
        (status = NOT_FOUND, description = "not-found: no such product"),
        (status = CONFLICT, description = "not-for-sale, not-enough-stock or cart-empty"),
    )
)]
async fn place(caller: Caller, headers: HeaderMap, Optional(input): Optional<NewOrder>) -> Result<Response, Problem> {
    // Before its order is read: nothing that it could write better would help a program.
    caller.check_person()?;
    let key = key(&headers)?;
    let asked = request(key.clone().unwrap_or_else(|| caller.shop().new_key()), input)?;
    check_email(caller.signed_in().is_some(), &asked)?;
    let owner = caller.buyer().await?;
    let whose = KeyOwner::of(owner).ok_or(Refusal::CartEmpty)?;
    let order = Box::pin(caller.request_order(owner, asked)).await?;
    let answer = async {
        caller.await_items(order).await;
        // Whose it is may change meanwhile: a sign-in in the same session takes it along.
        let access = OrderAccess { owner, token: Some(caller.shop().order_token(order)?) };
        Ok(Order::from(caller.shop().placed_order(access, order).await?))
    };
    let mut body = kept_body(&caller, whose, key.as_deref(), answer).await?;
    if whose.guest().is_some() && body.ends_with('}') {
        // Nothing secret is kept: the token is put in as the answer goes out.
        body.truncate(body.len() - 1);
        body.push_str(&format!(r#","token":"{}"}}"#, caller.shop().order_token(order)?.as_str()));
    }
    let address = format!("/api/v1/orders/{order}");
    let headers = [(LOCATION, address), (CONTENT_TYPE, "application/json".to_owned())];
    Ok((StatusCode::CREATED, headers, body).into_response())
}

fn request(key: String, input: Option<NewOrder>) -> Result<OrderRequest, Problem> {
    let Some(NewOrder { items, shipping_address, billing_address, shipping_method, coupon, email }) = input else {
        return Ok(OrderRequest { key, ..OrderRequest::default() });
    };
    let items =
        items.map(|items| (0..).zip(&items).map(|(place, object)| item(place, &object.0)).collect()).transpose()?;
    let address = shipping_address.map(|object| read_address("shipping_address", object.0)).transpose()?;
    let billing = billing_address.map(|object| read_address("billing_address", object.0)).transpose()?;
    let unknown = |_| Refusal::field("coupon", Why::Promotion { why: PromotionRefusal::Unknown });
    let coupon = coupon.map(|code| PromotionCode::parse(&code).map_err(unknown)).transpose()?;
    let email = email.map(|text| Email::parse(&text).map_err(|why| Refusal::field("email", why))).transpose()?;
    Ok(OrderRequest { key, items, address, billing, method: shipping_method.map(ShippingMethodId), coupon, email })
}

/// An account has an address of its own; a guest must give one.
fn check_email(signed_in: bool, asked: &OrderRequest) -> Result<(), Refusal> {
    match (signed_in, &asked.email) {
        (true, Some(_)) => Err(Refusal::field("email", Why::NotAChoice)),
        (false, None) => Err(Refusal::field("email", Why::Required)),
        _ => Ok(()),
    }
}

/// Who asks for an order, and what opens it: the session, or a token in the query or the header.
pub struct WithAccess(pub Caller, pub OrderAccess);

impl FromRequestParts<Site> for WithAccess {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Response> {
        let caller = Caller::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        let brought = Filters::<Brought>::from_request_parts(parts, site).await.map_err(IntoResponse::into_response)?;
        let access = access(&caller, &parts.headers, brought.0).await.map_err(IntoResponse::into_response)?;
        Ok(Self(caller, access))
    }
}

async fn access(caller: &Caller, headers: &HeaderMap, brought: Brought) -> Result<OrderAccess, Problem> {
    // Looked at in any case: what will not do is told, also beside a token in the query.
    let in_header = header(headers, &ORDER_TOKEN)?;
    let token = match brought.token {
        Some(token) if token.chars().count() > Brought::MAX as usize => {
            return Err(Refusal::field("token", Why::TooLong { max: Brought::MAX }).into());
        }
        Some(token) => token,
        None => in_header.unwrap_or_default().to_owned(),
    };
    Ok(caller.order_access(&token).await?)
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
///
/// One's own; a guest's, in the session that placed it; and whoever's whose token is brought, as `?token=` or in the
/// header `Order-Token`. With a token that is not this order's there is no such order. A program with a key for orders reads
/// all of them.
#[utoipa::path(
    get, path = "/orders/{id}", operation_id = "read_order", tag = "Orders", security((), ("session" = [])),
    params(("id" = uuid::Uuid, Path), Brought, OrderTokenHeader),
    responses(
        (status = OK, body = Order),
        (status = UNAUTHORIZED, description = "sign-in-needed: neither a session nor a token"),
    )
)]
async fn read(
    caller: Caller,
    Path(id): Path<String>,
    Filters(brought): Filters<Brought>,
    headers: HeaderMap,
) -> Result<Json<Order>, Problem> {
    if caller.is_program() {
        let staff = caller.staff().await?;
        return Ok(Json(caller.shop().order_for_staff(staff, id.parse()?).await?.into()));
    }
    let access = access(&caller, &headers, brought).await?;
    let read = async { caller.shop().order(access.clone(), id.parse()?).await };
    Ok(Json(answer_of_order(&access, read.await)?.into()))
}

/// Cancel an order
///
/// While it is pending or paid and nothing of it has left; what was paid is refunded.
#[utoipa::path(
    post, path = "/orders/{id}/cancel", operation_id = "cancel_order", tag = "Orders", security((), ("session" = [])),
    params(("id" = uuid::Uuid, Path), Brought, OrderTokenHeader),
    responses(
        (status = OK, body = Order),
        (status = UNAUTHORIZED, description = "sign-in-needed: neither a session nor a token"),
        (status = CONFLICT, description = "illegal-step or partly-shipped"),
    )
)]
async fn cancel(WithAccess(caller, access): WithAccess, Path(id): Path<String>) -> Result<Json<Order>, Problem> {
    let (shop, by) = (caller.site.shop.clone(), access.clone());
    let cancelled = async move { shop.cancel_order(by, id.parse()?).await };
    let id = answer_of_order(&access, caller.tracked(cancelled).await)?;
    Ok(Json(caller.shop().order(access, id).await?.into()))
}

/// Order the same again
///
/// Fills the caller's cart up to what was ordered, as far as it can be had, and tells what cannot in `unavailable`. A line
/// that holds as many already, or more, stays as it is: called twice, nothing is put in twice.
#[utoipa::path(
    post, path = "/orders/{id}/again", operation_id = "order_again", tag = "Orders", security((), ("session" = [])),
    params(("id" = uuid::Uuid, Path), Brought, OrderTokenHeader),
    responses(
        (status = OK, body = Cart),
        (status = UNAUTHORIZED, description = "sign-in-needed: neither a session nor a token"),
    )
)]
async fn again(WithAccess(caller, access): WithAccess, Path(id): Path<String>) -> Result<Json<Cart>, Problem> {
    Ok(Json(caller.order_again(&access, id.parse()?).await?.into()))
}

/// Move an order on
///
/// From paid to shipped, which sends all that was not sent yet, from shipped to completed, from pending or paid to cancelled,
/// which gives back what was paid and so asks for the password as a refund does. An order is paid by its payment alone. Staff
/// only.
#[utoipa::path(
    put, path = "/orders/{id}/status", operation_id = "set_order_status", tag = "Orders", request_body = NewStatus, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = Order), (status = CONFLICT, description = "illegal-step, partly-shipped or nothing-to-ship"))
)]
async fn set_status(
    caller: Caller,
    Path(id): Path<String>,
    Input(input): Input<NewStatus>,
) -> Result<Json<Order>, Problem> {
    let (to, shop) = (OrderStatus::from(input.status), caller.site.shop.clone());
    let id = if to == OrderStatus::Cancelled {
        let (staff, id) = (caller.staff().await?, id.parse()?);
        caller.tracked(async move { shop.cancel_order_by_staff(staff, id).await }).await?
    } else {
        let (staff, id) = (caller.staff().await?, id.parse()?);
        caller.tracked(async move { shop.set_order_status(staff, id, to).await }).await?
    };
    Ok(Json(caller.shop().order_for_staff(caller.staff().await?, id).await?.into()))
}
