//! `/admin/orders`: every order, narrowed by its address.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shop::domain::{OrderStatus, Permission, ReservationState};
use shop::dto::{OrderQuery, PaymentFilter, StaffOrderList, StaffOrderRow, words};

use super::imports_page::Download;
use super::orders_api::load_orders;
use super::parts::{DeskHead, DeskSelect, Further, StatusBadge, counted, with_refund};
use super::paths::{ORDERS_CSV, order_path};
use crate::ui::{Moment, loaded, may};

#[component]
pub fn StaffOrdersPage() -> impl IntoView {
    let search = use_location().search.get_untracked();
    loaded(load_orders(search), |list| view! { <Orders list /> })
}

#[component]
fn Orders(list: StaffOrderList) -> impl IntoView {
    let StaffOrderList { query, orders, total, next } = list;
    let first = query.before.map(|_| OrderQuery { before: None, ..query.clone() }.href());
    let is_empty = orders.is_empty();
    let is_filtered = query.is_filtered();
    view! {
        <DeskHead title="Orders">
            {may(Permission::CustomerData).then(|| view! { <Download to=ORDERS_CSV words="Download (CSV)" /> })}
        </DeskHead>
        <Quick query=query.clone() />
        <Filters query />
        <p class="desk-count" role="status">
            {counted(total, "order", "orders")}
        </p>
        {is_empty
            .then(|| {
                view! {
                    <div class="empty">
                        <p class="empty-line">
                            {if is_filtered { "No order is like that." } else { "Nobody has ordered yet." }}
                        </p>
                        {is_filtered.then(|| view! { <a href=OrderQuery::PATH>"Show all orders"</a> })}
                    </div>
                }
            })}
        {(!is_empty).then(|| view! { <Table orders /> })}
        <Further next=next.map(|next| next.href()) first label="Older orders" />
    }
    .into_any()
}

/// What is looked for most, as links.
#[component]
fn Quick(query: OrderQuery) -> impl IntoView {
    let of = |status| OrderQuery { status: Some(status), ..OrderQuery::default() };
    let views = [
        ("All", OrderQuery::default()),
        ("To pack", of(OrderStatus::Paid)),
        ("Unpaid", of(OrderStatus::Pending)),
        ("Shipped", of(OrderStatus::Shipped)),
        ("Returns asked", OrderQuery { returns: true, ..OrderQuery::default() }),
        ("Refund failed", OrderQuery { payment: Some(PaymentFilter::RefundFailed), ..OrderQuery::default() }),
        ("To give back", OrderQuery { payment: Some(PaymentFilter::RefundByHand), ..OrderQuery::default() }),
    ];
    let here = OrderQuery { before: None, ..query };
    let view = |(words, to): (&'static str, OrderQuery)| {
        let current = (to == here).then_some("true");
        view! {
            <li>
                <a href=to.href() aria-current=current>
                    {words}
                </a>
            </li>
        }
    };
    view! {
        <nav class="desk-views" aria-label="Orders by what is to be done">
            <ul>{views.into_iter().map(view).collect_view()}</ul>
        </nav>
    }
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
    let day = |day: Option<time::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    view! {
        <form class="desk-filters" method="get" action=OrderQuery::PATH role="search" aria-label="Find orders">
            <div class="field desk-filter-text">
                <label for="orders-q">"Number, e-mail or name"</label>
                <input id="orders-q" name="q" type="search" maxlength="100" value=query.q.clone().unwrap_or_default() />
            </div>
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
            <div class="field">
                <label for="orders-from">"From"</label>
                <input id="orders-from" name="from" type="date" value=day(query.from) />
            </div>
            <div class="field">
                <label for="orders-to">"To"</label>
                <input id="orders-to" name="to" type="date" value=day(query.to) />
            </div>
            {query.returns.then(|| view! { <input type="hidden" name="returns" value="asked" /> })}
            <button class="button-quiet" type="submit">
                "Filter"
            </button>
        </form>
    }
    .into_any()
}

#[component]
fn Table(orders: Vec<StaffOrderRow>) -> impl IntoView {
    view! {
        <table class="desk-table">
            <thead>
                <tr>
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
            <tbody>{orders.into_iter().map(|order| view! { <Row order /> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(order: StaffOrderRow) -> impl IntoView {
    let customer = match order.name {
        Some(name) => view! {
            {name}
            <span class="desk-more">{order.email}</span>
        }
        .into_any(),
        None => order.email.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <a href=order_path(&order.id.to_string())>{order.number}</a>
            </th>
            <td data-label="Placed">
                <Moment at=order.created_at />
            </td>
            <td data-label="Customer">{customer}</td>
            <td data-label="Status">
                <StatusBadge status=order.status reservation=order.reservation />
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
    .into_any()
}
