//! `/admin/orders/{id}`: everything about an order, and what is to be done about it next.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{Money, OrderStatus, Permission, ReservationState};
use shop::dto::{OrderItemView, OrderLineState, OrderView, ShipmentView, StaffOrderView, TotalParts, words};

use super::forms::{CHOSEN_ORDERS, NOTE, RECEIVE};
use super::notes::NotesPanel;
use super::order_address::can_change;
use super::order_forms::{RefundFormPart, ReturnParts, ShipForm};
use super::order_money::{MoneyHasCome, MoneyPart};
use super::order_packed::PackedPart;
use super::order_side::{Caused, Customer, Timeline};
use super::orders_api::{MoveOrder, NoteOrder, load_order};
use super::parts::{DeskHead, StatusBadge};
use super::paths::{order_address_path, order_message_path, product_path};
use crate::cart::Totals;
use crate::ui::{FormProblem, Location, Moment, Picture, Written, flash_of, loaded, may};

#[component]
pub fn StaffOrderPage() -> impl IntoView {
    let id = Location::param("id");
    loaded(load_order(id), |view| view! { <Order view /> })
}

#[component]
fn Order(view: StaffOrderView) -> impl IntoView {
    let (order, id) = (view.order.clone(), view.order.id.to_string());
    let (unsent, left, is_packed) = (view.unsent(), view.left, view.packed.is_some());
    let (packs, changes) = (may(Permission::Shipping), may(Permission::OrderChanges));
    let readdress = can_change(&view).then(|| order_address_path(&id));
    let write = (changes && view.customer.is_some()).then(|| order_message_path(&id));
    let (refunds, can_cancel) = (may(Permission::Refunds), may(Permission::Refunds) && order.is_cancellable());
    view! {
        <DeskHead title=format!("Order {}", order.number) crumb=("/admin/orders", "Orders")>
            <StatusBadge status=order.status reservation=order.reservation packed=is_packed />
        </DeskHead>
        <p class="desk-when">
            <Moment at=order.created_at />
        </p>
        <FormProblem flash=flash_of("move-order") />
        <FormProblem flash=flash_of(RECEIVE) />
        <FormProblem flash=flash_of(CHOSEN_ORDERS) />
        <div class="desk-columns">
            <div class="desk-work">
                <Next order=order.clone() unsent />
                {changes.then(|| view! { <MoneyHasCome view=view.clone() /> })}
                {(packs && order.status == OrderStatus::Paid && unsent > 0)
                    .then(|| {
                        view! {
                            <ShipForm view=view.clone() />
                            <PackedPart order=order.id packed=view.packed.clone() />
                        }
                    })}
                <ReturnParts order=order.clone() />
                <Items items=order.items.clone() lines=view.lines.clone() parts=order.parts total=order.total />
                <MoneyPart view=view.clone() />
                {(refunds && !left.is_zero()).then(|| view! { <RefundFormPart view=view.clone() /> })}
                <Parcels shipments=order.shipments />
            </div>
            <aside class="desk-side" aria-label="About this order">
                <Customer
                    email=order.email
                    by_guest=order.by_guest
                    id=view.customer
                    address=order.shipping_address
                    billing=order.billing_address
                    terms_version=view.terms_version
                    readdress
                    write
                />
                <NotesPanel
                    notes=view.notes.clone()
                    form=NOTE
                    action=NoteOrder::url()
                    subject=("order_id", id.clone())
                />
                <Timeline order=order.timeline notes=view.notes mail=view.mail />
                {can_cancel.then(|| view! { <CancelForm id /> })}
            </aside>
        </div>
        <Caused events=view.events />
    }
    .written()
}

/// What comes next, in a sentence; the button that does it stands first on the page.
#[component]
fn Next(order: OrderView, unsent: u32) -> impl IntoView {
    let (id, status, reason) = (order.id.to_string(), order.status, order.cancel_reason.map(words::cancel_reason));
    let done = move || {
        view! {
            <form method="post" action=MoveOrder::url()>
                <input type="hidden" name="order_id" value=id />
                <input type="hidden" name="status" value="completed" />
                <button class="button" type="submit">
                    "Mark as completed"
                </button>
            </form>
        }
    };
    match status {
        OrderStatus::Pending if order.reservation != ReservationState::Reserved => {
            view! { <p class="desk-next">"Its items are being confirmed."</p> }.written()
        }
        OrderStatus::Pending if order.manual_since.is_some() => view! {
            <p class="desk-next">
                "It waits for money by bank transfer or at the counter. Nobody but you can say that it has come: say so below. "
                {order
                    .expires_at
                    .map(|at| {
                        view! {
                            "On "
                            <Moment at />
                            " it is cancelled by itself and its items go back."
                        }
                    })}
            </p>
        }
        .written(),
        OrderStatus::Pending => view! {
            <p class="desk-next">
                "It waits for its payment. If nobody pays, it is cancelled by itself and its items go back."
            </p>
        }
        .written(),
        OrderStatus::Paid if unsent > 0 => ().written(),
        OrderStatus::Paid => {
            view! { <p class="desk-next">"Everything of it was given back before it left."</p> }.written()
        }
        OrderStatus::Shipped => view! {
            <div class="desk-next">
                <p>"All of it has left. It completes by itself two weeks after."</p>
                {may(Permission::OrderChanges).then(done)}
            </div>
        }
        .written(),
        OrderStatus::Completed => view! { <p class="desk-next">"It has arrived, and is done with."</p> }.written(),
        OrderStatus::Cancelled => {
            let why = match reason {
                Some("You cancelled this order.") => "The customer cancelled it.",
                Some(words) => words,
                None => "It was cancelled.",
            };
            view! { <p class="desk-next">{why}</p> }.written()
        }
    }
}

#[component]
fn Items(items: Vec<OrderItemView>, lines: Vec<OrderLineState>, parts: TotalParts, total: Money) -> impl IntoView {
    let edits = may(Permission::Products);
    let line = move |item: OrderItemView| {
        let unsent = lines.iter().find(|line| line.variant_id == item.variant_id).map_or(0, |line| line.unsent);
        let options = (!item.options.is_empty()).then(|| format!("{} · ", item.options.join(", ")));
        view! {
            <li class="summary-line">
                <span class="frame">
                    <Picture image=item.image sizes="4rem" decorative=true />
                </span>
                <div>
                    <p>
                        {if edits {
                            view! { <a href=product_path(&item.product_id.to_string())>{item.name}</a> }.written()
                        } else {
                            item.name.written()
                        }}
                    </p>
                    <p class="line-options">{options} {item.sku}</p>
                    <p class="line-options">
                        {format!("{} × {}", item.quantity, item.price)}
                        {(unsent > 0).then(|| format!(", {unsent} to be sent"))}
                    </p>
                </div>
                <span class="line-total">{item.line_total.to_string()}</span>
            </li>
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="items-title">
            <h2 id="items-title">"Items"</h2>
            <ul class="summary-lines">{items.into_iter().map(line).collect_view()}</ul>
            <Totals parts total unknown_shipping=words::NOTHING_TO_SHIP />
        </section>
    }
    .written()
}

#[component]
fn Parcels(shipments: Vec<ShipmentView>) -> impl IntoView {
    let parcel = |parcel: ShipmentView| {
        let units = parcel.items.iter().map(|item| format!("{} × {}", item.quantity, item.name));
        let units = units.collect::<Vec<_>>().join(", ");
        let carrier = parcel.carrier_name().map(|name| format!("{name} "));
        let number = parcel.tracking_number.clone().map(|number| match parcel.tracking_url() {
            Some(url) => view! {
                <a href=url rel="noreferrer">
                    {number}
                </a>
            }
            .written(),
            None => number.written(),
        });
        view! {
            <li>
                <span>{units}</span>
                <span class="desk-more">{carrier} {number} " " <Moment at=parcel.created_at /></span>
            </li>
        }
    };
    (!shipments.is_empty()).then(|| {
        view! {
            <section class="desk-panel" aria-labelledby="parcels-title">
                <h2 id="parcels-title">"Parcels"</h2>
                <ul class="desk-entries">{shipments.into_iter().map(parcel).collect_view()}</ul>
            </section>
        }
        .written()
    })
}

#[component]
fn CancelForm(id: String) -> impl IntoView {
    // Whoever was asked for their password finds it open again.
    let was_asked = flash_of("move-order").value("status") == Some("cancelled");
    view! {
        <details class="desk-panel desk-fold" open=was_asked>
            <summary>"Cancel this order"</summary>
            <p>"Its items go back into stock, and what was paid is given back. The customer is written to."</p>
            <form method="post" action=MoveOrder::url()>
                <input type="hidden" name="order_id" value=id />
                <input type="hidden" name="status" value="cancelled" />
                <button class="button-quiet" type="submit">
                    "Cancel order"
                </button>
            </form>
        </details>
    }
}
