//! That an order lies packed, and waits to be sent.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::OrderId;
use shop::dto::PackedView;

use super::orders_api::MarkPacked;
use super::orders_chosen::box_name;
use super::paths::order_path;
use crate::ui::{Moment, Written};

#[component]
pub fn PackedPart(order: OrderId, packed: Option<PackedView>) -> impl IntoView {
    let (value, words) = match packed.is_some() {
        true => ("no", "Not packed after all"),
        false => ("yes", "Mark as packed"),
    };
    let said = match packed {
        Some(PackedView { at, by }) => view! {
            {format!("Packed by {by}, ")}
            <Moment at />
            ". It waits to be sent."
        }
        .written(),
        None => "Is it packed, and waits for its carrier?".written(),
    };
    view! {
        <form class="desk-next" method="post" action=MarkPacked::url()>
            <p>{said}</p>
            <input type="hidden" name=box_name(order) value="yes" />
            <input type="hidden" name="back" value=order_path(&order.to_string()) />
            <button class="button-quiet" type="submit" name="packed" value=value>
                {words}
            </button>
        </form>
    }
    .written()
}
