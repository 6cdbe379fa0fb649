//! "Order again": its button.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{OrderId, OrderStatus};

use super::api::OrderAgain;
use super::order_parts::Token;

/// For an order that is done with, one way or the other. `number` tells it from the others of a list.
#[component]
pub fn Again(
    id: OrderId,
    status: OrderStatus,
    #[prop(optional)] token: String,
    #[prop(optional)] number: Option<i64>,
) -> impl IntoView {
    (status != OrderStatus::Pending).then(|| {
        view! {
            <form class="again" method="post" action=OrderAgain::url()>
                <input type="hidden" name="order_id" value=id.to_string() />
                <Token token />
                <button class="button-quiet" type="submit">
                    "Order again"
                    {number.map(|number| view! { <span class="visually-hidden">{format!(": order {number}")}</span> })}
                </button>
            </form>
        }
    })
}
