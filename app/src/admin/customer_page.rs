//! `/admin/customers/{id}`: one customer, what they ordered, where it went, what was written to them; and their data, to be
//! handed out or removed.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Permission, PersonId, Role, ShippingAddress};
use shop::dto::{CustomerOrder, CustomerSum, CustomerView, OrderMailView, OrderQuery};

use super::customers_api::{AnonymiseCustomer, NoteCustomer, load_customer};
use super::forms::{ANONYMISE, CUSTOMER_NOTE, TEAM};
use super::notes::NotesPanel;
use super::parts::{DeskField, DeskHead, StatusBadge, counted, grouped, with_refund};
use super::paths::{customer_path, mail_path, order_path};
use super::staff_api::SignOutUser;
use crate::addresses::AddressLines;
use crate::ui::{FormProblem, Location, Moment, Written, flash_of, loaded, may};

#[component]
pub fn CustomerPage() -> impl IntoView {
    let id = Location::param("id");
    loaded(load_customer(id), |view| view! { <Customer view /> })
}

#[component]
fn Customer(view: CustomerView) -> impl IntoView {
    let CustomerView { id, name, email, account, orders, order_count, sums, addresses, mail, notes } = view;
    let title = if name.is_empty() { email.clone() } else { name };
    let is_staff = account.as_ref().is_some_and(|account| account.role == Role::Staff);
    let signs_in = account.is_some();
    view! {
        <DeskHead title crumb=("/admin/customers", "Customers") />
        <p class="desk-when">
            {match account {
                Some(account) => {
                    view! {
                        "With an account since "
                        <Moment at=account.since />
                    }
                        .written()
                }
                None => "Without an account".written(),
            }}
        </p>
        <div class="desk-columns">
            <div class="desk-work">
                <Orders orders count=order_count email=email.clone() />
                <Letters mail />
                {(may(Permission::CustomerData) && !is_staff).then(|| view! { <TheirData id email=email.clone() /> })}
            </div>
            <aside class="desk-side" aria-label="About this customer">
                <section class="desk-panel" aria-labelledby="contact-title">
                    <h2 id="contact-title">"Contact"</h2>
                    <p>
                        <a href=format!("mailto:{email}")>{email.clone()}</a>
                    </p>
                </section>
                {(signs_in && may(Permission::Team)).then(|| view! { <SignOut id /> })}
                <Sums sums />
                <Addresses addresses />
                <NotesPanel notes form=CUSTOMER_NOTE action=NoteCustomer::url() subject=("id", id.to_string()) />
            </aside>
        </div>
    }
    .written()
}

#[component]
fn Orders(orders: Vec<CustomerOrder>, count: u32, email: String) -> impl IntoView {
    let row = |order: CustomerOrder| {
        view! {
            <tr>
                <th scope="row">
                    <a href=order_path(&order.id.to_string())>{order.number}</a>
                </th>
                <td data-label="Placed">
                    <Moment at=order.at />
                    {order.by_guest.then(|| view! { <span class="desk-more">"Without signing in"</span> })}
                </td>
                <td data-label="Status">
                    <StatusBadge status=order.status reservation=order.reservation />
                </td>
                <td data-label="Total" class="desk-number">
                    {with_refund(order.total, order.refunded)}
                </td>
            </tr>
        }
    };
    let all = OrderQuery { q: Some(email), ..OrderQuery::default() }.href();
    let (is_empty, is_cut) = (orders.is_empty(), count > CustomerView::LISTED);
    view! {
        <section class="desk-panel" aria-labelledby="orders-title">
            <h2 id="orders-title">{counted(count, "order", "orders")}</h2>
            {(!is_empty)
                .then(|| {
                    view! {
                        <table class="desk-table">
                            <thead>
                                <tr>
                                    <th scope="col">"Order"</th>
                                    <th scope="col">"Placed"</th>
                                    <th scope="col">"Status"</th>
                                    <th scope="col" class="desk-number">
                                        "Total"
                                    </th>
                                </tr>
                            </thead>
                            <tbody>{orders.into_iter().map(row).collect_view()}</tbody>
                        </table>
                    }
                })}
            {is_cut
                .then(|| {
                    view! {
                        <p>
                            <a href=all>{format!("All {} orders", grouped(count))}</a>
                        </p>
                    }
                })}
        </section>
    }
    .written()
}

#[component]
fn Sums(sums: Vec<CustomerSum>) -> impl IntoView {
    let sum = |sum: CustomerSum| {
        let back = (!sum.refunded.is_zero()).then(|| format!("{} of it given back", sum.refunded));
        view! {
            <li>
                <span>{sum.paid.to_string()}</span>
                {back.map(|back| view! { <span class="desk-more">{back}</span> })}
            </li>
        }
    };
    let is_empty = sums.is_empty();
    view! {
        <section class="desk-panel" aria-labelledby="sums-title">
            <h2 id="sums-title">"Paid so far"</h2>
            <ul class="desk-entries">{sums.into_iter().map(sum).collect_view()}</ul>
            {is_empty.then(|| view! { <p class="desk-quiet">"Nothing yet."</p> })}
        </section>
    }
    .written()
}

#[component]
fn Addresses(addresses: Vec<ShippingAddress>) -> impl IntoView {
    let is_empty = addresses.is_empty();
    let address = |address: ShippingAddress| {
        view! {
            <li>
                <AddressLines address />
            </li>
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="addresses-title">
            <h2 id="addresses-title">"Addresses"</h2>
            <ul class="desk-entries">{addresses.into_iter().map(address).collect_view()}</ul>
            {is_empty.then(|| view! { <p class="desk-quiet">"None is known."</p> })}
        </section>
    }
    .written()
}

#[component]
fn Letters(mail: Vec<OrderMailView>) -> impl IntoView {
    let is_empty = mail.is_empty();
    let open = may(Permission::Mail);
    let letter = move |mail: OrderMailView| {
        let subject = if mail.subject.is_empty() { "A mail".to_owned() } else { mail.subject };
        let state = match mail.state.as_str() {
            "accepted" => "",
            "queued" | "sending" => ", on its way",
            "refused" => ", not delivered",
            _ => ", nobody knows whether it arrived",
        };
        view! {
            <li>
                {if open {
                    view! { <a href=mail_path(&mail.id.to_string())>{subject}</a> }.written()
                } else {
                    subject.written()
                }} <span class="desk-more">
                    <Moment at=mail.at />
                    {state}
                </span>
            </li>
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="mail-title">
            <h2 id="mail-title">"Mail"</h2>
            <ul class="desk-entries">{mail.into_iter().map(letter).collect_view()}</ul>
            {is_empty.then(|| view! { <p class="desk-quiet">"Nothing was written to them."</p> })}
        </section>
    }
    .written()
}

/// For a device that was lost, or an account that somebody else is in.
#[component]
fn SignOut(id: PersonId) -> impl IntoView {
    view! {
        <section class="desk-panel" aria-labelledby="sessions-title">
            <h2 id="sessions-title">"Signed in"</h2>
            <FormProblem flash=flash_of(TEAM) />
            <p class="desk-quiet">"Ends all their sessions at once. They sign in again with what they have."</p>
            <form method="post" action=SignOutUser::url()>
                <input type="hidden" name="user_id" value=id.to_string() />
                <button class="button-quiet" type="submit">
                    "Sign out everywhere"
                </button>
            </form>
        </section>
    }
    .written()
}

/// What the law gives every customer: a copy of all that is kept, and to be forgotten.
#[component]
fn TheirData(id: PersonId, email: String) -> impl IntoView {
    let flash = flash_of(ANONYMISE);
    let open = flash.error.is_some();
    let id = id.to_string();
    let typed = flash.value("email").unwrap_or_default().to_owned();
    view! {
        <section class="desk-panel" aria-labelledby="data-title">
            <h2 id="data-title">"Their data"</h2>
            <p class="desk-quiet">
                "A customer may ask for a copy of everything that is kept about them, and to be forgotten. Make sure first that it is them who ask."
            </p>
            <form method="post" action=format!("{}/export", customer_path(&id))>
                <button class="button-quiet" type="submit">
                    "Download everything (JSON)"
                </button>
            </form>
            <details class="desk-fold" open=open>
                <summary>"Anonymise this customer"</summary>
                <form class="form" method="post" action=AnonymiseCustomer::url() novalidate>
                    <FormProblem flash=flash.clone() />
                    <p>
                        "Their account, addresses, sessions, notes and the words of all mail are removed for good, and their name and e-mail address in every order. Orders, invoices and credit notes stay, as the law wants. This cannot be undone."
                    </p>
                    <input type="hidden" name="id" value=id />
                    <DeskField
                        name="email"
                        problem_name="email"
                        label=format!("Type {email} to confirm")
                        value=typed
                        flash
                        kind="email"
                        required=true
                    />
                    <button class="button-quiet" type="submit">
                        "Anonymise for good"
                    </button>
                </form>
            </details>
        </section>
    }
    .written()
}
