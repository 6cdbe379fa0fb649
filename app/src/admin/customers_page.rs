//! `/admin/customers`: who has an account and who ordered without one, narrowed by the address of the page.

use leptos::prelude::*;
use shop::domain::Permission;
use shop::dto::{CustomerList, CustomerQuery, CustomerRow, CustomerSort};

use super::customers_api::load_customers;
use super::imports_page::Download;
use super::parts::{DeskHead, DeskSearch, EmptyList, Further, ListView, ListViews, counted};
use super::paths::{CUSTOMERS_CSV, customer_path, order_path};
use crate::ui::{Location, Moment, Written, loaded, may};

#[component]
pub fn CustomersPage() -> impl IntoView {
    let search = Location::query();
    loaded(load_customers(search), |list| view! { <Customers list /> })
}

#[component]
fn Customers(list: CustomerList) -> impl IntoView {
    let CustomerList { query, customers, total, next } = list;
    let first = query.before.map(|_| CustomerQuery { before: None, ..query.clone() }.href());
    let (is_empty, is_searched) = (customers.is_empty(), query.q.is_some());
    view! {
        <DeskHead title="Customers">
            {may(Permission::CustomerData).then(|| view! { <Download to=CUSTOMERS_CSV words="Download (CSV)" /> })}
        </DeskHead>
        <Sorts query=query.clone() />
        <Search query />
        <p class="desk-count" role="status">
            {counted(total, "customer", "customers")}
        </p>
        {is_empty
            .then(|| {
                let line = if is_searched { "Nobody is called like that." } else { "Nobody is here yet." };
                view! { <EmptyList line all=is_searched.then_some((CustomerQuery::PATH, "Show all customers")) /> }
            })}
        {(!is_empty).then(|| view! { <Table customers /> })}
        <Further next=next.map(|next| next.href()) first label="Earlier customers" />
    }
    .written()
}

#[component]
fn Sorts(query: CustomerQuery) -> impl IntoView {
    let sort = |words: &'static str, sort: CustomerSort| {
        let to = CustomerQuery { sort, before: None, ..query.clone() };
        ListView::new(words, to.href(), sort == query.sort)
    };
    let views = vec![sort("Newest", CustomerSort::Newest), sort("Last to order", CustomerSort::LastOrder)];
    view! { <ListViews label="Customers by what comes first" views /> }
}

#[component]
fn Search(query: CustomerQuery) -> impl IntoView {
    view! {
        <form class="desk-filters" method="get" action=CustomerQuery::PATH role="search" aria-label="Find customers">
            <DeskSearch id="customers-q" label="Name, e-mail or order number" value=query.q.clone() />
            {(query.sort == CustomerSort::LastOrder)
                .then(|| view! { <input type="hidden" name="sort" value="last_order" /> })}
            <button class="button-quiet" type="submit">
                "Find"
            </button>
        </form>
    }
    .written()
}

#[component]
fn Table(customers: Vec<CustomerRow>) -> impl IntoView {
    view! {
        <table class="desk-table">
            <thead>
                <tr>
                    <th scope="col">"Customer"</th>
                    <th scope="col">"Since"</th>
                    <th scope="col">"Last order"</th>
                    <th scope="col" class="desk-number">
                        "Orders"
                    </th>
                </tr>
            </thead>
            <tbody>{customers.into_iter().map(|customer| view! { <Row customer /> }).collect_view()}</tbody>
        </table>
    }
}

#[component]
fn Row(customer: CustomerRow) -> impl IntoView {
    let CustomerRow { id, name, email, has_account, since, orders, last_order } = customer;
    let (head, more) = if name.is_empty() { (email, None) } else { (name, Some(email)) };
    let last = match last_order {
        Some(last) => view! {
            // One thing to a phone, where a cell is a row.
            <span>
                <a href=order_path(&last.id.to_string())>{last.number}</a>
                ", "
                <Moment at=last.at />
            </span>
        }
        .written(),
        None => "None yet".written(),
    };
    view! {
        <tr>
            <th scope="row">
                <a href=customer_path(&id.to_string())>{head}</a>
                {(!has_account)
                    .then(|| {
                        view! {
                            " "
                            <span class="badge badge-ended">"Guest"</span>
                        }
                    })}
                {more.map(|email| view! { <span class="desk-more">{email}</span> })}
            </th>
            <td data-label="Since">
                <Moment at=since />
            </td>
            <td data-label="Last order">{last}</td>
            <td data-label="Orders" class="desk-number">
                {orders}
            </td>
        </tr>
    }
    .written()
}
