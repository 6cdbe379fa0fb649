//! `/admin/orders`: every order, narrowed by its address.

use leptos::prelude::*;
use shop::domain::{OrderStatus, Permission, ReservationState};
use shop::dto::{OrderQuery, OrderSort, PackingFilter, PaymentFilter, StaffOrderList, StaffOrderRow, words};

use super::choose::{ChooseAll, ChooseBox};
use super::imports_page::Download;
use super::order_news::OrderNews;
use super::orders_api::load_orders;
use super::orders_chosen::{ChosenOrders, box_name};
use super::parts::{
    DeskHead, DeskSearch, DeskSelect, EmptyList, Further, ListView, ListViews, StatusBadge, counted, with_refund,
};
use super::paths::{ORDERS_CSV, order_path};
use crate::ui::{Location, Moment, Written, loaded, may};

#[component]
pub fn StaffOrdersPage() -> impl IntoView {
    let search = Location::query();
    let all = Location::asked("chosen").is_some_and(|chosen| chosen == "all");
    loaded(load_orders(search), move |list| view! { <Orders list all /> })
}

#[component]
fn Orders(
    list: StaffOrderList,
    /// Their boxes are ticked.
    all: bool,
) -> impl IntoView {
    let StaffOrderList { query, orders, total, newest, next } = list;
    let first = query.before.map(|_| OrderQuery { before: None, ..query.clone() }.href());
    let is_empty = orders.is_empty();
    let is_filtered = query.is_filtered();
    let label = if query.sort == OrderSort::Newest { "Older orders" } else { "More orders" };
    let (here, packed) = (query.href(), query.packing == Some(PackingFilter::Packed));
    view! {
        <DeskHead title="Orders">
            <OrderNews newest />
            {may(Permission::CustomerData).then(|| view! { <Download to=ORDERS_CSV words="Download (CSV)" /> })}
        </DeskHead>
        <Quick query=query.clone() />
        <Filters query />
        <p class="desk-count" role="status">
            {counted(total, "order", "orders")}
        </p>
        {is_empty
            .then(|| {
                let line = if is_filtered { "No order is like that." } else { "Nobody has ordered yet." };
                view! { <EmptyList line all=is_filtered.then_some((OrderQuery::PATH, "Show all orders")) /> }
            })}
        {(!is_empty)
            .then(|| {
                view! {
                    <ChosenOrders back=here.clone() packed>
                        <ChooseAll here=here.clone() all />
                        <Table orders all />
                    </ChosenOrders>
                }
            })}
        <Further next=next.map(|next| next.href()) first label />
    }
    .written()
}

/// What is looked for most, as links.
#[component]
fn Quick(query: OrderQuery) -> impl IntoView {
    let of = |status| OrderQuery { status: Some(status), ..OrderQuery::default() };
    let views = [
        ("All", OrderQuery::default()),
        ("To pack", OrderQuery { packing: Some(PackingFilter::ToPack), ..of(OrderStatus::Paid) }),
        ("Packed", OrderQuery { packing: Some(PackingFilter::Packed), ..OrderQuery::default() }),
        ("Partly sent", OrderQuery { packing: Some(PackingFilter::PartlySent), ..OrderQuery::default() }),
        ("Unpaid", of(OrderStatus::Pending)),
        ("Shipped", of(OrderStatus::Shipped)),
        ("Returns asked", OrderQuery { returns: true, ..OrderQuery::default() }),
        ("Refund failed", OrderQuery { payment: Some(PaymentFilter::RefundFailed), ..OrderQuery::default() }),
        ("To give back", OrderQuery { payment: Some(PaymentFilter::RefundByHand), ..OrderQuery::default() }),
    ];
    let here = OrderQuery { sort: OrderSort::Newest, before: None, ..query };
    let views = views.into_iter().map(|(words, to)| ListView::new(words, to.href(), to == here)).collect();
    view! { <ListViews label="Orders by what is to be done" views /> }
}

#[component]
fn Filters(query: OrderQuery) -> impl IntoView {
    let own = |value: &'static str, words: &'static str| (value.to_owned(), words.to_owned());
    let statuses = std::iter::once(own("", "Any"));
    let statuses = statuses
        .chain(OrderStatus::ALL.into_iter().map(|s| own(s.as_str(), words::status(s, ReservationState::Reserved))));
    let payments = [
        own("", "Any"),
        own("unpaid", "Nothing came in"),
        own("paid", "Paid"),
        own("refunded", "Given back, all or a part"),
        own("refund_failed", "Refund failed"),
        own("refund_waiting", "Refund waiting for more than a day"),
        own("refund_by_hand", "To be given back by you"),
        own("disputed", "Disputed with the bank"),
        own("refund_aside", "More given back than came in"),
    ];
    let reservations = [
        own("", "Any"),
        own("pending", "Being set aside"),
        own("reserved", "Set aside until it is paid"),
        own("claimed", "Taken from the shelf"),
        own("rejected", "Could not be set aside"),
        own("released", "Put back"),
    ];
    let sorts = [own("", "Newest first"), own("oldest", "Oldest first"), own("total", "Highest total first")];
    let day = |day: Option<time::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    view! {
        <form class="desk-filters" method="get" action=OrderQuery::PATH role="search" aria-label="Find orders">
            <DeskSearch id="orders-q" label="Number, e-mail or name" value=query.q.clone() />
            <DeskSelect
                name="status"
                id="orders-status"
                label="Status"
                value=query.status.map_or("", OrderStatus::as_str)
                choices=statuses.collect()
            />
            <DeskSelect
                name="payment"
                id="orders-payment"
                label="Payment"
                value=query.payment.map_or("", PaymentFilter::as_str)
                choices=payments.to_vec()
            />
            <DeskSelect
                name="reservation"
                id="orders-reservation"
                label="Items"
                value=query.reservation.map_or("", ReservationState::as_str)
                choices=reservations.to_vec()
            />
            <div class="field">
                <label for="orders-from">"From"</label>
                <input id="orders-from" name="from" type="date" value=day(query.from) />
            </div>
            <div class="field">
                <label for="orders-to">"To"</label>
                <input id="orders-to" name="to" type="date" value=day(query.to) />
            </div>
            <DeskSelect
                name="sort"
                id="orders-sort"
                label="Sorted by"
                value=query.sort.as_str()
                choices=sorts.to_vec()
            />
            {query.packing.map(|packing| view! { <input type="hidden" name="packing" value=packing.as_str() /> })}
            {query.returns.then(|| view! { <input type="hidden" name="returns" value="asked" /> })}
            <button class="button-quiet" type="submit">
                "Filter"
            </button>
        </form>
    }
    .written()
}

#[component]
fn Table(orders: Vec<StaffOrderRow>, all: bool) -> impl IntoView {
    view! {
        <table class="desk-table">
            <thead>
                <tr>
                    <th scope="col">
                        <span class="visually-hidden">"Chosen"</span>
                    </th>
                    <th scope="col">"Order"</th>
                    <th scope="col">"Placed"</th>
                    <th scope="col">"Customer"</th>
                    <th scope="col">"Status"</th>
                    <th scope="col" class="desk-number">
                        "Units"
                    </th>
                    <th scope="col" class="desk-number">
                        "Total"
                    </th>
                </tr>
            </thead>
            <tbody>{orders.into_iter().map(|order| view! { <Row order all /> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(order: StaffOrderRow, all: bool) -> impl IntoView {
    let customer = match order.name {
        Some(name) => view! {
            {name}
            <span class="desk-more">{order.email}</span>
        }
        .written(),
        None => order.email.written(),
    };
    view! {
        <tr>
            <td class="desk-choose">
                <ChooseBox name=box_name(order.id) label=format!("Order {}", order.number) checked=all />
            </td>
            <th scope="row">
                <a href=order_path(&order.id.to_string())>{order.number}</a>
            </th>
            <td data-label="Placed">
                <Moment at=order.created_at />
            </td>
            <td data-label="Customer">{customer}</td>
            <td data-label="Status">
                <StatusBadge status=order.status reservation=order.reservation packed=order.packed />
                {order.return_asked.then(|| view! { <span class="badge badge-now">"Return asked"</span> })}
            </td>
            <td data-label="Units" class="desk-number">
                {order.count}
            </td>
            <td data-label="Total" class="desk-number">
                {with_refund(order.total, order.refunded)}
            </td>
        </tr>
    }
    .written()
}
