//! The lines of the cart and what they come to. Without scripts each form posts and the page comes back; with them,
//! quantities and totals follow in place, and the focus stays where it was.

use leptos::prelude::*;

use super::cart_change::FailedChange;
use super::cart_line::Line;
use super::editor::CartEditor;
use super::shown::CartShown;
use super::summary::Summary;
use crate::Notice;

/// A cart that has lines. `form`, `typed` and `wrong` are what a form left that was sent without scripts. Its children are the list of
/// countries, which the browser need not know.
#[island(lazy)]
pub fn CartLines(
    cart: CartShown,
    form: String,
    typed: Vec<(String, String)>,
    wrong: Option<String>,
    children: Children,
) -> impl IntoView {
    let editor = CartEditor::new(cart, FailedChange::left(&form, &typed, wrong));
    let is_empty = Memo::new(move |_| editor.cart.with(|cart| cart.lines.is_empty()));
    view! {
        <p class="visually-hidden" role="status">
            {move || editor.notice.get().map(|notice| editor.cart.with(|cart| announcement(notice, cart)))}
        </p>
        <div class="cart" hidden=move || is_empty.get() aria-busy=move || editor.busy.get().then_some("true")>
            <ul class="lines">
                <For
                    each=move || editor.cart.with(|c| c.lines.clone())
                    key=|line| line.id.clone()
                    children=move |line| view! { <Line line editor /> }
                />
            </ul>
            <Summary editor>{children()}</Summary>
        </div>
        {move || is_empty.get().then(EmptyCart)}
    }
}

/// What was done and what it comes to now, for who does not see it.
fn announcement(notice: Notice, cart: &CartShown) -> String {
    format!("{}. {}", notice.words(), cart.said)
}

#[component]
pub fn EmptyCart() -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-line">"Your cart is empty."</p>
            <p>"Whatever you put in here stays here, on this device, until you come back for it."</p>
            <p>
                <a class="button" href="/products">
                    "Look around"
                </a>
            </p>
        </div>
    }
}
