//! The orders that are chosen in their list, and what is done to them: marked as packed, or printed together.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{OrderId, Permission};

use super::forms::CHOSEN_ORDERS;
use super::orders_api::MarkPacked;
use super::paths::{INVOICES_PDF, SLIPS_PDF};
use crate::ui::{Flash, FormProblem, Inside, Written, flash_of, may};

/// The name by which an order's box is sent.
pub fn box_name(order: OrderId) -> String {
    format!("orders[o{order}]")
}

/// The list as a form: `back` is its address, and the rows are its boxes.
#[component]
pub fn ChosenOrders(
    back: String,
    /// It lists those that lie packed.
    packed: bool,
    children: Inside,
) -> impl IntoView {
    let (value, words) = if packed { ("no", "Not packed after all") } else { ("yes", "Mark as packed") };
    let pack = may(Permission::Shipping).then(|| {
        view! {
            <button class="button" type="submit" name="packed" value=value>
                {words}
            </button>
        }
    });
    view! {
        <ChosenProblem flash=flash_of(CHOSEN_ORDERS) />
        <form class="desk-chosen" method="post" action=MarkPacked::url()>
            <input type="hidden" name="back" value=back />
            {children.written()}
            <div class="desk-save desk-buttons" role="group" aria-label="What to do with the chosen orders">
                {pack}
                <button class="button-quiet" type="submit" formaction=SLIPS_PDF>
                    "Print packing slips"
                </button>
                <label class="desk-tick">
                    <input type="checkbox" name="notes" value="yes" />
                    "with our notes"
                </label>
                <button class="button-quiet" type="submit" formaction=INVOICES_PDF>
                    "Print invoices"
                </button>
            </div>
        </form>
    }
    .written()
}

#[component]
fn ChosenProblem(flash: Flash) -> impl IntoView {
    let words = match flash.value("problem") {
        Some("many") => Some("At most 100 orders at once, please."),
        Some(_) => Some("Please choose an order first."),
        None => flash.problem("orders").map(|_| "Please choose an order first."),
    };
    match words {
        Some(words) => view! {
            <div class="problem" role="alert" tabindex="-1" autofocus=true>
                <p>{words}</p>
            </div>
        }
        .written(),
        None => view! { <FormProblem flash /> }.written(),
    }
}
