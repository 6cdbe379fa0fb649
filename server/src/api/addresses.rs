//! The address book of whoever is signed in.

use axum::Json;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::LOCATION;
use session::{Caller, Site, note_unowned};
use shop::domain::{AddressBook, Customer};
use shop::usecase::{CartOwner, Result as Answer};

use super::input::Input;
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::shapes::{List, NewAddress, SavedAddress};

pub fn routes() -> Routes<Site> {
    Routes::new().routes(routes!(list, add)).routes(routes!(read, change, remove))
}

/// List one's addresses
///
/// All of them, on one page: the default first, then as they were added.
#[utoipa::path(
    get, path = "/addresses", operation_id = "list_addresses", tag = "Addresses", security(("session" = [])),
    responses((status = OK, body = List<SavedAddress>))
)]
async fn list(caller: Caller) -> Result<Json<List<SavedAddress>>, Problem> {
    let customer = caller.customer()?;
    let items: Vec<_> = caller.shop().addresses(customer).await?.into_iter().map(SavedAddress::from).collect();
    let total = u32::try_from(items.len()).unwrap_or(AddressBook::MOST);
    Ok(Json(List { items, page: 1, per_page: AddressBook::MOST, total, total_is_exact: true }))
}

/// Add an address
///
/// At most 20. One that is in the book already is answered with the id that it has. The first is the default.
#[utoipa::path(
    post, path = "/addresses", operation_id = "add_address", tag = "Addresses", request_body = NewAddress, security(("session" = [])),
    responses(
        (status = CREATED, body = SavedAddress, headers(("Location" = String))),
        (status = CONFLICT, description = "address-book-full"),
    )
)]
async fn add(caller: Caller, Input(input): Input<NewAddress>) -> Result<Response, Problem> {
    let (customer, shop, as_default) = (caller.customer()?, caller.site.shop.clone(), input.default);
    let added = async move { shop.add_address(customer, input.into(), as_default).await };
    let added = SavedAddress::from(caller.tracked(added).await?);
    let location = [(LOCATION, format!("/api/v1/addresses/{}", added.id))];
    Ok((StatusCode::CREATED, location, Json(added)).into_response())
}

/// Read one address
#[utoipa::path(
    get, path = "/addresses/{id}", operation_id = "read_address", tag = "Addresses", security(("session" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = SavedAddress))
)]
async fn read(caller: Caller, Path(id): Path<String>) -> Result<Json<SavedAddress>, Problem> {
    let customer = caller.customer()?;
    Ok(Json(own(customer, caller.shop().address(customer, id.parse()?).await)?.into()))
}

/// Change an address
///
/// Orders keep the address that they were placed with. Without `default` it stays what it is.
#[utoipa::path(
    put, path = "/addresses/{id}", operation_id = "change_address", tag = "Addresses", request_body = NewAddress, security(("session" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = SavedAddress))
)]
async fn change(
    caller: Caller,
    Path(id): Path<String>,
    Input(input): Input<NewAddress>,
) -> Result<Json<SavedAddress>, Problem> {
    let (customer, shop, as_default) = (caller.customer()?, caller.site.shop.clone(), input.default);
    let id = id.parse()?;
    let changed = async move { shop.change_address(customer, id, input.into(), as_default).await };
    Ok(Json(own(customer, caller.tracked(changed).await)?.into()))
}

/// Remove an address
///
/// If it was the default, the one added last is next.
#[utoipa::path(
    delete, path = "/addresses/{id}", operation_id = "remove_address", tag = "Addresses", security(("session" = [])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = NO_CONTENT, description = "It is gone"))
)]
async fn remove(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let (customer, shop) = (caller.customer()?, caller.site.shop.clone());
    let id = id.parse()?;
    own(customer, caller.tracked(async move { shop.remove_address(customer, id).await }).await)?;
    Ok(StatusCode::NO_CONTENT)
}

fn own<T>(customer: Customer, answer: Answer<T>) -> Answer<T> {
    note_unowned(CartOwner::Customer(customer), "an address", answer)
}
