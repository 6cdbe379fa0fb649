//! What an order is made of: its items, where it goes, what happened to it; and what its forms carry along.

use leptos::prelude::*;
use shop::domain::{Money, ShippingAddress};
use shop::dto::{InvoiceView, OrderItemView, ShippingView, TimelineEntry, TotalParts, words};

use super::path::invoice_path;
use crate::addresses::AddressLines;
use crate::cart::Totals;
use crate::ui::{Moment, Picture, Written};

#[component]
pub fn Items(items: Vec<OrderItemView>, parts: TotalParts, total: Money) -> impl IntoView {
    view! {
        <section aria-labelledby="items-title">
            <h2 id="items-title">"Items"</h2>
            <ul class="summary-lines">{items.into_iter().map(|item| view! { <Item item /> }).collect_view()}</ul>
            <Totals parts total unknown_shipping=words::NOTHING_TO_SHIP />
        </section>
    }
    .written()
}

#[component]
fn Item(item: OrderItemView) -> impl IntoView {
    let OrderItemView { slug, name, options, sku, quantity, price, line_total, image, .. } = item;
    let options = (!options.is_empty()).then(|| format!("{} · ", options.join(", ")));
    let name = match slug {
        Some(slug) => view! { <a href=format!("/products/{slug}?sku={sku}")>{name}</a> }.written(),
        None => name.written(),
    };
    view! {
        <li class="summary-line">
            <span class="frame">
                <Picture image sizes="4rem" decorative=true />
            </span>
            <div>
                <p>{name}</p>
                <p class="line-options">{options} {format!("{quantity} × {price}")}</p>
            </div>
            <span class="line-total">{line_total.to_string()}</span>
        </li>
    }
}

/// Where it goes, by which way, and who is billed and written to. `shipping` without days: nothing comes any more.
#[component]
pub fn Destination(
    address: Option<ShippingAddress>,
    billing: Option<ShippingAddress>,
    shipping: Option<ShippingView>,
    email: String,
) -> impl IntoView {
    let part = |(term, address): (&'static str, ShippingAddress)| {
        view! {
            <div>
                <dt>{term}</dt>
                <dd>
                    <AddressLines address />
                </dd>
            </div>
        }
    };
    let parts = [address.map(|a| ("Goes to", a)), billing.map(|a| ("Billed to", a))].into_iter().flatten().map(part);
    let way = shipping.map(|ShippingView { name, days, pick_up, .. }| {
        let window = days.map(|days| view! { <dd>{words::delivery(days, pick_up)}</dd> });
        view! {
            <div>
                <dt>"Shipping"</dt>
                <dd>{name}</dd>
                {window}
            </div>
        }
    });
    view! {
        <dl class="facts">
            {parts.collect_view()} {way} <div>
                <dt>"Contact"</dt>
                <dd>{email}</dd>
            </div>
        </dl>
    }
    .written()
}

#[component]
pub fn Timeline(entries: Vec<TimelineEntry>) -> impl IntoView {
    let entries = entries.into_iter().map(|entry| {
        view! {
            <li>
                <span>{words::timeline(&entry.kind)}</span>
                <span class="order-when">
                    <Moment at=entry.at />
                </span>
            </li>
        }
    });
    view! {
        <section aria-labelledby="timeline-title">
            <h2 id="timeline-title">"What happened"</h2>
            <ol class="timeline">{entries.collect_view()}</ol>
        </section>
    }
    .written()
}

/// Leads to a file, and no page.
#[component]
pub fn InvoiceLink(id: String, invoice: Option<InvoiceView>) -> impl IntoView {
    invoice.map(|InvoiceView { number }| {
        view! {
            <p class="order-invoice">
                <a href=invoice_path(&id) rel="external">
                    {format!("Invoice {number} (PDF)")}
                </a>
            </p>
        }
    })
}

/// What opened the page opens what its forms lead to.
#[component]
pub fn Token(token: String) -> impl IntoView {
    (!token.is_empty()).then(|| view! { <input type="hidden" name="token" value=token /> })
}
