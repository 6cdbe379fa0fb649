//! Tables that staff take along, sent as they are read: products by a link; orders and customers by a form, for that they were
//! taken along is written down. Nobody else learns that there are such addresses.

use axum::Router;
use axum::body::Body;
use axum::extract::State as FromState;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use futures::stream::{once, try_unfold};
use futures::{Stream, StreamExt as _};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use session::Caller;
use shop::domain::{May, permit};
use shop::infrastructure::LiveShop;
use shop::usecase::{Result, TablePart};

use super::State;
use super::staff_only::{nowhere, turned_away};
use super::unopened::unopened;

pub fn routes(state: State) -> Router {
    Router::new()
        .route("/admin/export/products.csv", get(products).fallback(nowhere))
        .route("/admin/export/orders.csv", post(orders).fallback(nowhere))
        .route("/admin/export/customers.csv", post(customers).fallback(nowhere))
        .with_state(state)
}

async fn products(FromState(state): FromState<State>, caller: Caller) -> Response {
    let by: May<permit::Products> = match caller.staff().await {
        Ok(by) => by,
        Err(error) => return turned_away(&error, "/admin/products"),
    };
    let read = move |shop: LiveShop, place| async move { shop.export_products(by, Some(place)).await };
    let first = state.site.shop.export_products(by, None).await;
    attached("products.csv", first, state.site.shop.clone(), read)
}

async fn orders(FromState(state): FromState<State>, caller: Caller) -> Response {
    let by = match caller.staff().await {
        Ok(by) => by,
        Err(error) => return turned_away(&error, "/admin/orders"),
    };
    let shop = state.site.shop.clone();
    let begun = match caller.tracked(async move { shop.begin_orders_export(by).await }).await {
        Ok(begun) => begun,
        Err(error) => return unopened(error, "a table of orders"),
    };
    let read = move |shop: LiveShop, place| async move { shop.export_orders(begun, place).await };
    let first = state.site.shop.export_orders(begun, 0).await;
    attached("orders.csv", first, state.site.shop.clone(), read)
}

async fn customers(FromState(state): FromState<State>, caller: Caller) -> Response {
    let by = match caller.staff().await {
        Ok(by) => by,
        Err(error) => return turned_away(&error, "/admin/customers"),
    };
    let shop = state.site.shop.clone();
    let begun = match caller.tracked(async move { shop.begin_customers_export(by).await }).await {
        Ok(begun) => begun,
        Err(error) => return unopened(error, "a table of customers"),
    };
    let read = move |shop: LiveShop, place| async move { shop.export_customers(begun, Some(place)).await };
    let first = state.site.shop.export_customers(begun, None).await;
    attached("customers.csv", first, state.site.shop.clone(), read)
}

/// The first part was read already, so that what fails at once is no file; the others are read as they are sent.
fn attached<P, F, R>(name: &str, first: Result<TablePart<P>>, shop: LiveShop, read: R) -> Response
where
    P: Send + 'static,
    F: Future<Output = Result<TablePart<P>>> + Send + 'static,
    R: Fn(LiveShop, P) -> F + Send + Sync + 'static,
{
    let TablePart { csv, next } = match first {
        Ok(part) => part,
        Err(error) => return unopened(error, "a table"),
    };
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, Body::from_stream(once(async { Ok(csv) }).chain(further(next, shop, read)))).into_response()
}

/// What comes behind the first part. A file that breaks off on the way is no whole one, and says so by breaking off.
fn further<P, F, R>(next: Option<P>, shop: LiveShop, read: R) -> impl Stream<Item = Result<Bytes>> + Send + 'static
where
    P: Send + 'static,
    F: Future<Output = Result<TablePart<P>>> + Send + 'static,
    R: Fn(LiveShop, P) -> F + Send + Sync + 'static,
{
    try_unfold((next, shop, read), |(next, shop, read)| async move {
        let Some(place) = next else { return Ok(None) };
        let part = read(shop.clone(), place).await.inspect_err(|error| {
            tracing::error!(%error, "a table broke off");
        })?;
        Ok(Some((part.csv, (part.next, shop, read))))
    })
}
