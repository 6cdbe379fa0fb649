//! The lines of the cart and what they come to. Without scripts each form posts and the page comes back; with them,
//! quantities and totals follow in place, and the focus stays where it was.

use leptos::prelude::*;
use shop::dto::CartView;

use super::cart_change::FailedChange;
use super::cart_line::Line;
use super::editor::CartEditor;
use super::summary::Summary;
use crate::Notice;
use crate::ui::Flash;

/// A cart that has lines. Its children are the list of countries, which the browser need not know.
#[island(lazy)]
pub fn CartLines(cart: CartView, flash: Flash, children: Children) -> impl IntoView {
    let editor = CartEditor::new(cart, FailedChange::left(&flash));
    let is_empty = Memo::new(move |_| editor.cart.with(CartView::is_empty));
    view! {
        <p class="visually-hidden" role="status">
            {move || editor.notice.get().map(|notice| editor.cart.with(|cart| announcement(notice, cart)))}
        </p>
        <div class="cart" hidden=move || is_empty.get() aria-busy=move || editor.busy.get().then_some("true")>
            <ul class="lines">
                <For
                    each=move || editor.cart.with(|c| c.lines.clone())
                    key=|line| line.id
                    children=move |line| view! { <Line line editor /> }
                />
            </ul>
            <Summary editor>{children()}</Summary>
        </div>
        {move || is_empty.get().then(EmptyCart)}
    }
}

/// What was done and what it comes to now, for who does not see it.
fn announcement(notice: Notice, cart: &CartView) -> String {
    let to = cart.destination.as_ref().filter(|_| cart.is_not_shipped());
    let not_shipped = to.map(|to| format!("We do not ship to {}. ", to.name)).unwrap_or_default();
    format!("{}. {not_shipped}Total: {}", notice.words(), cart.total)
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
