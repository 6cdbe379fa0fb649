//! `/track`: the way back to an order for whoever has its number and its e-mail address. It says the same whether there is
//! such an order or not; the link goes to the address of the order.

use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::forms::{EMAIL, NUMBER, TRACK};
use super::guest_api::TrackOrder;
use crate::Notice;
use crate::ui::{Field, Flash, FormProblem, Titled, Written, flash_of};

#[component]
pub fn TrackPage() -> impl IntoView {
    let flash = flash_of(TRACK.name);
    let body = match flash.notice {
        Some(Notice::LinkSent) => Either::Left(view! { <Asked /> }),
        _ => Either::Right(view! { <Ask flash /> }),
    };
    view! {
        <Titled title="Track an order" description="Find your order again, with or without an account." path="/track" />
        <section class="plain-page">{body}</section>
    }
}

#[component]
fn Ask(flash: Flash) -> impl IntoView {
    view! {
        <h1>"Find your order"</h1>
        <p>
            "Every mail about an order has a link to its page. If you cannot find it, we send it once more: "
            "no account is needed."
        </p>
        <form class="form" method="post" action=TrackOrder::url() novalidate>
            <FormProblem flash=flash.clone() form=TRACK />
            <Field spec=NUMBER flash=flash.clone() />
            <Field spec=EMAIL flash />
            <button class="button" type="submit">
                "Send me the link"
            </button>
        </form>
        <p class="aside">"Ordered with an account? You find it under " <a href="/orders">"Your orders"</a> "."</p>
    }
    .written()
}

#[component]
fn Asked() -> impl IntoView {
    view! {
        <h1>"Look at your mail"</h1>
        <p>
            "The link goes to the address the order was placed with, and is there within a few minutes. "
            "It opens the order in any browser."
        </p>
        <p>
            "Nothing there? Look among what was taken for spam, and check number and address. "
            "For each order we send one link in ten minutes at most."
        </p>
        <p>
            <a href="/track">"Try another number or address"</a>
        </p>
    }
    .written()
}
