//! What stands beside an order: who ordered, notes, what happened; and what it caused.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;
use shop::domain::{Permission, PersonId, ShippingAddress};
use shop::dto::{NoteView, OrderEventView, OrderMailView, TimelineEntry, words};
use time::OffsetDateTime;

use super::paths::{customer_path, mail_path, page_version_path};
use crate::addresses::AddressLines;
use crate::ui::{Moment, Written, may};

#[component]
pub fn Customer(
    email: String,
    by_guest: bool,
    /// None: it was made nobody's.
    id: Option<PersonId>,
    address: Option<ShippingAddress>,
    billing: Option<ShippingAddress>,
    /// Under which the order was placed.
    terms_version: Option<i64>,
    /// Where its address is changed, while it can be.
    readdress: Option<String>,
    /// Where its customer is written to.
    write: Option<String>,
) -> impl IntoView {
    let part = |(title, address): (&'static str, ShippingAddress)| {
        view! {
            <h3>{title}</h3>
            <AddressLines address />
        }
    };
    let page = id.filter(|_| may(Permission::Customers));
    let collected = address.is_none();
    let parts = [address.map(|a| ("Goes to", a)), billing.map(|a| ("Billed to", a))];
    view! {
        <section class="desk-panel" aria-labelledby="customer-title">
            <h2 id="customer-title">"Customer"</h2>
            <p>
                <a href=format!("mailto:{email}")>{email.clone()}</a>
            </p>
            <p class="desk-quiet">
                {if by_guest { "Without an account. " } else { "" }}
                {page.map(|id| view! { <a href=customer_path(&id.to_string())>"Their orders, notes and mail"</a> })}
            </p>
            {write
                .map(|href| {
                    view! {
                        <p>
                            <a href=href>"Write to the customer"</a>
                        </p>
                    }
                })}
            {parts.into_iter().flatten().map(part).collect_view()}
            {readdress
                .map(|href| {
                    view! {
                        <p>
                            <a href=href>"Change the address"</a>
                        </p>
                    }
                })}
            {collected
                .then(|| view! { <p class="desk-quiet">"Nothing is shipped: it is collected, or sent by mail."</p> })}
            {terms_version
                .map(|version| {
                    let words = format!("version {version} of the terms");
                    view! {
                        <p class="desk-quiet">
                            "Placed under "
                            {if may(Permission::Content) {
                                view! { <a href=page_version_path("terms", version)>{words}</a> }.written()
                            } else {
                                words.written()
                            }} "."
                        </p>
                    }
                })}
        </section>
    }
    .written()
}

/// What happened, in the order in which it did: to the order, by mail, and what was noted.
#[component]
pub fn Timeline(order: Vec<TimelineEntry>, notes: Vec<NoteView>, mail: Vec<OrderMailView>) -> impl IntoView {
    let mut entries: Vec<(OffsetDateTime, InertElement)> = Vec::new();
    entries.extend(order.into_iter().map(|entry| (entry.at, words::timeline(&entry.kind).written())));
    entries.extend(notes.into_iter().map(|note| (note.at, format!("{} noted something", note.by).written())));
    let open = may(Permission::Mail);
    entries.extend(mail.into_iter().map(move |mail| {
        let state = match mail.state.as_str() {
            "accepted" => "",
            "queued" | "sending" => " (on its way)",
            "refused" => " (not delivered)",
            _ => " (nobody knows whether it arrived)",
        };
        let subject = if mail.subject.is_empty() { "a mail".to_owned() } else { mail.subject };
        let line = view! {
            "Mail: "
            {if open {
                view! { <a href=mail_path(&mail.id.to_string())>{subject}</a> }.written()
            } else {
                subject.written()
            }}
            {state}
        };
        (mail.at, line.written())
    }));
    entries.sort_by_key(|(at, _)| *at);
    let entry = |(at, what): (OffsetDateTime, InertElement)| {
        view! {
            <li>
                <span>{what}</span>
                <span class="order-when">
                    <Moment at />
                </span>
            </li>
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="timeline-title">
            <h2 id="timeline-title">"What happened"</h2>
            <ol class="timeline">{entries.into_iter().map(entry).collect_view()}</ol>
        </section>
    }
    .written()
}

/// The events of the backbone that this order caused, and who has handled them; a week later they are gone.
#[component]
pub fn Caused(events: Vec<OrderEventView>) -> impl IntoView {
    let row = |event: OrderEventView| {
        let handled = match (event.published, event.handled_by.is_empty()) {
            (false, _) => "waits to be published".to_owned(),
            (true, true) => "published".to_owned(),
            (true, false) => event.handled_by.join(", "),
        };
        view! {
            <tr>
                <th scope="row">{event.topic}</th>
                <td data-label="When">
                    <Moment at=event.at />
                </td>
                <td data-label="Handled by">{handled}</td>
            </tr>
        }
    };
    (!events.is_empty()).then(|| {
        view! {
            <details class="desk-panel desk-fold">
                <summary>"What this order caused"</summary>
                <table class="desk-table">
                    <thead>
                        <tr>
                            <th scope="col">"Event"</th>
                            <th scope="col">"When"</th>
                            <th scope="col">"Handled by"</th>
                        </tr>
                    </thead>
                    <tbody>{events.into_iter().map(row).collect_view()}</tbody>
                </table>
            </details>
        }
        .written()
    })
}
