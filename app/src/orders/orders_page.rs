//! `/orders`: everything somebody has ordered, the newest first.

use leptos::either::Either;
use leptos::prelude::*;
use shop::dto::{OrderList, OrderRow, words};

use super::again::Again;
use super::api::load_orders;
use crate::ui::{Empty, Location, Moment, Pagination, Titled, Written, loaded};

#[component]
pub fn OrdersPage() -> impl IntoView {
    let search = Location::query();
    let fields = form_urlencoded::parse(search.trim_start_matches('?').as_bytes());
    let page = fields.filter(|(name, _)| name == "page").filter_map(|(_, value)| value.parse().ok()).last();
    loaded(load_orders(page.unwrap_or(1).clamp(1, 10_000)), |list| view! { <Orders list /> })
}

#[component]
fn Orders(list: OrderList) -> impl IntoView {
    let OrderList { orders, page, pages } = list;
    let body = if orders.is_empty() {
        Either::Left(view! { <Empty line="You have not ordered anything yet." path="/products" way="Look around" /> })
    } else {
        Either::Right(
            view! { <ul class="order-list">{orders.into_iter().map(|order| view! { <Row order /> }).collect_view()}</ul> },
        )
    };
    view! {
        <Titled title="Your orders" description="What you have ordered so far." quiet=true />
        <header class="page-head">
            <h1>"Your orders"</h1>
        </header>
        {body}
        <Pagination page pages href=|page| format!("/orders?page={page}") />
    }
    .written()
}

#[component]
fn Row(order: OrderRow) -> impl IntoView {
    let items = if order.count == 1 { "1 item".to_owned() } else { format!("{} items", order.count) };
    view! {
        <li class="order-row">
            <a href=format!("/orders/{}", order.id)>{format!("Order {}", order.number)}</a>
            <span class="order-when">
                <Moment at=order.created_at words=words::date />
            </span>
            <span class="order-status">{words::status(order.status, order.reservation)}</span>
            <span class="order-count">{items}</span>
            <span class="line-total">{order.total.to_string()}</span>
            <Again id=order.id status=order.status number=order.number />
        </li>
    }
}
