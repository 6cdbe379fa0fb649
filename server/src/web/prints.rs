//! What is printed of the orders that are chosen in their list: packing slips, and invoices in one file. By a form; others do
//! not learn that there are such addresses.

use std::future::Future;

use axum::Router;
use axum::extract::{Form, FromRequest as _, Request, State as FromState};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use session::Caller;
use shop::domain::{May, OrderId, permit};
use shop::dto::{MOST_CHOSEN, OrderQuery};
use shop::infrastructure::LiveShop;
use shop::usecase::Result;

use super::State;
use super::staff_only::{nowhere, see_page, turned_away};
use super::unopened::unopened;

pub fn routes(state: State) -> Router {
    Router::new()
        .route("/admin/orders/packing-slips.pdf", post(packing_slips).fallback(nowhere))
        .route("/admin/orders/invoices.pdf", post(invoices).fallback(nowhere))
        .with_state(state)
}

/// What was ticked, and the list that it was ticked in.
struct Chosen {
    orders: Vec<OrderId>,
    with_notes: bool,
    back: OrderQuery,
}

impl Chosen {
    async fn of(request: Request, state: &State) -> std::result::Result<Self, StatusCode> {
        let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
        let Form(fields) = form.map_err(|rejection| rejection.status())?;
        let mut chosen = Self { orders: Vec::new(), with_notes: false, back: OrderQuery::default() };
        for (name, value) in fields {
            match name.as_str() {
                "notes" => chosen.with_notes = true,
                "back" => chosen.back = OrderQuery::of_search(value.split_once('?').map_or("", |(_, search)| search)),
                // `orders[o<id>]`
                name => {
                    let id = name.strip_prefix("orders[o").and_then(|id| id.strip_suffix(']'));
                    chosen.orders.extend(id.and_then(|id| id.parse::<OrderId>().ok()));
                }
            }
        }
        Ok(chosen)
    }

    fn problem(&self) -> Option<&'static str> {
        match self.orders.len() {
            0 => Some("none"),
            1..=MOST_CHOSEN => None,
            _ => Some("many"),
        }
    }
}

async fn packing_slips(FromState(state): FromState<State>, caller: Caller, request: Request) -> Response {
    let slips = |shop: LiveShop, by, chosen: Chosen| async move {
        shop.packing_slips(by, &chosen.orders, chosen.with_notes).await
    };
    print(state, caller, request, "packing-slips", slips).await
}

async fn invoices(FromState(state): FromState<State>, caller: Caller, request: Request) -> Response {
    let invoices = |shop: LiveShop, by, chosen: Chosen| async move { shop.invoices_to_print(by, &chosen.orders).await };
    print(state, caller, request, "invoices", invoices).await
}

/// Makes the file of what was chosen, for whoever may have it.
async fn print<F>(
    state: State,
    caller: Caller,
    request: Request,
    name: &str,
    make: impl FnOnce(LiveShop, May<permit::Orders>, Chosen) -> F,
) -> Response
where
    F: Future<Output = Result<Vec<u8>>>,
{
    let by = match caller.staff().await {
        Ok(by) => by,
        Err(error) => return turned_away(&error, "/admin/orders"),
    };
    let chosen = match Chosen::of(request, &state).await {
        Ok(chosen) => chosen,
        Err(status) => return status.into_response(),
    };
    if let Some(problem) = chosen.problem() {
        return back(&chosen.back, problem, state.site.secure);
    }
    printed(name, make(state.site.shop.clone(), by, chosen).await)
}

/// Shown by the browser, which prints it, and kept by nobody: it says where people live.
fn printed(name: &str, file: Result<Vec<u8>>) -> Response {
    let bytes = match file {
        Ok(bytes) => bytes,
        Err(error) => return unopened(error, "a print"),
    };
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, format!("inline; filename=\"{name}.pdf\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}

/// To the list, which says what is wrong.
fn back(list: &OrderQuery, problem: &str, secure: bool) -> Response {
    let typed = vec![("problem".to_owned(), problem.to_owned())];
    see_page(&list.href(), app::ssr::outcome(app::CHOSEN_ORDERS, None, typed, secure))
}
