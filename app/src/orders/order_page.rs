//! `/orders/{id}`: where an order stands, what can be done about it now, and what it is.

use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::OrderStatus;
use shop::dto::{OrderView, ShippingView, Viewer, words};

use super::again::Again;
use super::api::{CancelOrder, load_order};
use super::fulfilment::{Parcels, Refunds, Returns};
use super::invitation::Invitation;
use super::order_parts::{Destination, InvoiceLink, Items, Timeline, Token};
use super::order_reviews::OrderReviews;
use super::order_status::OrderStatusWatch;
use super::payment::{GoesBack, Payment};
use super::return_form::ReturnForm;
use crate::ui::{FormProblem, Location, Moment, PageHead, Titled, Written, flash_of, loaded};

#[component]
pub fn OrderPage() -> impl IntoView {
    let id = Location::param("id");
    let token = Location::asked("token").unwrap_or_default();
    loaded(load_order(id, token), |(order, viewer, token)| view! { <Order order viewer token /> })
}

#[component]
fn Order(order: OrderView, viewer: Option<Viewer>, token: String) -> impl IntoView {
    let title = format!("Order {}", order.number);
    let now = if order.is_confirming() {
        EitherOf3::A(view! { <Confirming /> })
    } else if order.is_payable() {
        EitherOf3::B(view! { <Payment order=order.clone() token=token.clone() /> })
    } else {
        EitherOf3::C(view! { <Standing order=order.clone() /> })
    };
    let invitation = view! { <Invitation order=order.clone() viewer token=token.clone() /> };
    let (cancellable, sent) = (order.is_cancellable(), order.sent_lines());
    let settled = matches!(order.status, OrderStatus::Completed | OrderStatus::Cancelled);
    // Of an order that is over nothing is expected any more.
    let shipping = order.parts.shipping.clone();
    let shipping = shipping.map(|way| ShippingView { days: way.days.filter(|_| !settled), ..way });
    view! {
        <Titled title=title.clone() description="Where your order stands." quiet=true />
        <header class="page-head">
            {(!order.by_guest)
                .then(|| {
                    view! {
                        <p class="crumb">
                            <a href="/orders">"Your orders"</a>
                        </p>
                    }
                })} <h1>{title}</h1> <p class="order-state">
                <span class="order-status">{words::status(order.status, order.reservation)}</span>
                <span class="order-when">
                    <Moment at=order.created_at />
                </span>
            </p>
        </header>
        {(!settled).then(|| view! { <OrderStatusWatch id=order.id mark=order.mark() /> })}
        <div class="order">
            <div>
                <FormProblem flash=flash_of("order") />
                {now}
                <GoesBack flaws=order.flaws() />
                <Items items=order.items.clone() parts=order.parts total=order.total />
                <Parcels shipments=order.shipments />
                <Refunds id=order.id.to_string() refunds=order.refunds />
                <OrderReviews id=order.id.to_string() items=order.items.clone() sent />
                <Returns returns=order.returns />
                <ReturnForm
                    id=order.id.to_string()
                    token=token.clone()
                    key=order.form_key
                    items=order.items
                    returnable=order.returnable
                />
                {invitation}
            </div>
            <aside class="summary" aria-label="About this order">
                <Timeline entries=order.timeline />
                <InvoiceLink id=order.id.to_string() invoice=order.invoice />
                <Destination address=order.shipping_address billing=order.billing_address shipping email=order.email />
                <p class="summary-note">
                    "A question about this order? " <a href="/pages/contact">"Write to us"</a>
                    {format!(" and name its number, {}.", order.number)}
                </p>
                <Again id=order.id status=order.status token=token.clone() />
                <Cancel id=order.id.to_string() token shown=cancellable />
            </aside>
        </div>
    }
    .written()
}

/// The inventory has not answered yet. The page watches for it; without scripts it reloads itself.
#[component]
fn Confirming() -> impl IntoView {
    PageHead::reload_without_scripts(3);
    view! {
        <section class="panel">
            <h2>"Confirming your items"</h2>
            <p>"We are setting everything aside for you. This takes a moment, and you can pay right after it."</p>
            <noscript>
                <p>"This page looks again by itself, every few seconds."</p>
            </noscript>
        </section>
    }
}

/// What there is to say when there is nothing to do.
#[component]
fn Standing(order: OrderView) -> impl IntoView {
    let words = match (order.status, order.cancel_reason) {
        (OrderStatus::Pending, _) => "This order is being looked at. Please come back in a moment.",
        (OrderStatus::Paid, _) if !order.shipments.is_empty() => {
            "A part of your order is on its way. We write to you as soon as the rest leaves."
        }
        (OrderStatus::Paid, _) => "Thank you. We are packing your order and write to you as soon as it leaves.",
        (OrderStatus::Shipped, _) => "Your order is on its way.",
        (OrderStatus::Completed, _) => "Your order has arrived. We hope it is used every day.",
        (OrderStatus::Cancelled, Some(reason)) => words::cancel_reason(reason),
        (OrderStatus::Cancelled, None) => "This order was cancelled.",
    };
    view! {
        <div class="panel">
            <p class="panel-words">{words}</p>
        </div>
    }
}

#[component]
fn Cancel(id: String, token: String, shown: bool) -> impl IntoView {
    shown.then(|| {
        view! {
            <form class="cancel" method="post" action=CancelOrder::url()>
                <input type="hidden" name="order_id" value=id />
                <Token token />
                <button class="button-quiet" type="submit">
                    "Cancel order"
                </button>
            </form>
        }
    })
}
